"""Who gets what from every URL: one table, read by `test_access_matrix`.

Each line is a URL name, the thing that it is asked about, a verb, and a status per principal,
for things of the first organisation. A verb that no line of a URL names is answered with 405.
A status is what the page says, not a wish: 403 is "may see, not do", 404 "may not know of it",
409 a step that the state does not have, 422 a form that is given back.

Things are those of `tests.project.world`; ``third/0`` is the first requirement of the grid of an
audit, which is the contributor's task, ``third/1`` the second one, which is nobody's.
"""

from dataclasses import dataclass

PRINCIPALS = (
    "anonymous",
    "manager",  # quality manager
    "contributor",
    "site_manager",
    "director",
    "client",  # client organisation
    "lead",  # lead auditor: these three are named on three of the audits, and members of nothing
    "auditor",
    "observer",
    "decision_maker",
    "administrator",  # superuser, member of nothing
    "foreign",  # quality manager of the other organisation
)

# URL name                  thing            verb  ano qm  con sit dir cli lea aud obs dec adm for
TABLE = """
core:session                -                GET   302 204 204 204 204 204 204 204 204 204 204 204
core:alive                  -                GET   200 200 200 200 200 200 200 200 200 200 200 200

account_login               -                GET   200 302 302 302 302 302 302 302 302 302 302 302
account_login               -                POST  200 302 302 302 302 302 302 302 302 302 302 302
account_logout              -                GET   302 200 200 200 200 200 200 200 200 200 200 200
account_logout              -                POST  302 302 302 302 302 302 302 302 302 302 302 302
account_signup              -                GET   200 302 302 302 302 302 302 302 302 302 302 302
account_signup              -                POST  200 302 302 302 302 302 302 302 302 302 302 302
account_reset_password      -                GET   200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password      -                POST  200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done -                GET   200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key      badkey  GET   200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key      badkey  POST  200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done -       GET   200 200 200 200 200 200 200 200 200 200 200 200
account_inactive            -                GET   200 200 200 200 200 200 200 200 200 200 200 200
account_change_password     -                GET   302 200 200 200 200 200 200 200 200 200 200 200
account_change_password     -                POST  401 200 200 200 200 200 200 200 200 200 200 200
account                     -                GET   302 200 200 200 200 200 200 200 200 200 200 200
set-language                -                POST  401 302 302 302 302 302 302 302 302 302 302 302

accounts:organisations      -                GET   302 302 403 403 403 403 403 403 403 403 200 302
accounts:open-organisation  -                GET   302 403 403 403 403 403 403 403 403 403 200 403
accounts:open-organisation  -                POST  401 403 403 403 403 403 403 403 403 403 302 403
accounts:organisation       organisation     GET   302 200 404 404 404 404 404 404 404 404 200 404
accounts:edit-organisation  organisation     GET   302 403 404 404 404 404 404 404 404 404 200 404
accounts:edit-organisation  organisation     POST  401 403 404 404 404 404 404 404 404 404 302 404
accounts:add-site           organisation     GET   302 403 404 404 404 404 404 404 404 404 200 404
accounts:add-site           organisation     POST  401 403 404 404 404 404 404 404 404 404 302 404
accounts:edit-site          place            GET   302 403 404 404 404 404 404 404 404 404 200 404
accounts:edit-site          place            POST  401 403 404 404 404 404 404 404 404 404 302 404
accounts:add-member         organisation     GET   302 200 404 404 404 404 404 404 404 404 200 404
accounts:add-member         organisation     POST  401 302 404 404 404 404 404 404 404 404 302 404
accounts:end-membership     role             GET   302 200 404 404 404 404 404 404 404 404 200 404
accounts:end-membership     role             POST  401 302 404 404 404 404 404 404 404 404 302 404
accounts:end-membership     own_role         POST  401 409 404 404 404 404 404 404 404 404 302 404
accounts:people             -                GET   302 403 403 403 403 403 403 403 403 403 200 403
accounts:open-account       -                GET   302 403 403 403 403 403 403 403 403 403 200 403
accounts:open-account       -                POST  401 403 403 403 403 403 403 403 403 403 302 403
accounts:person             account          GET   302 404 404 404 404 404 404 404 404 404 200 404
accounts:edit-person        account          GET   302 404 404 404 404 404 404 404 404 404 200 404
accounts:edit-person        account          POST  401 404 404 404 404 404 404 404 404 404 302 404
accounts:send-invitation    invited_account  POST  401 302 404 404 404 404 404 404 404 404 302 404
accounts:send-invitation    account          POST  401 409 404 404 404 404 404 404 404 404 409 404
accounts:send-invitation    closed_account   POST  401 409 404 404 404 404 404 404 404 404 409 404
accounts:close-account      account          GET   302 404 404 404 404 404 404 404 404 404 200 404
accounts:close-account      account          POST  401 404 404 404 404 404 404 404 404 404 302 404
accounts:close-account      closed_account   GET   302 404 404 404 404 404 404 404 404 404 409 404
accounts:close-account      closed_account   POST  401 404 404 404 404 404 404 404 404 404 409 404
accounts:reopen-account     closed_account   POST  401 404 404 404 404 404 404 404 404 404 302 404
accounts:reopen-account     account          POST  401 404 404 404 404 404 404 404 404 404 409 404

audits:home                 -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:search               -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:dashboard            file             GET   302 200 403 403 200 404 200 200 200 403 404 404
audits:certifications       -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:open-certification   -                GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:open-certification   -                POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:certification        file             GET   302 200 200 200 200 404 200 200 200 200 404 404
audits:edit-certification   file             GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:edit-certification   file             POST  401 302 403 403 403 404 403 403 403 403 404 404
close-file                  idle_file        GET   302 200 403 403 403 404 404 404 404 404 404 404
close-file                  idle_file        POST  401 302 403 403 403 404 404 404 404 404 404 404
close-file                  file             GET   302 200 403 403 403 404 403 403 403 403 404 404
close-file                  file             POST  401 409 403 403 403 404 403 403 403 403 404 404
close-file                  closed_file      GET   302 409 403 403 403 404 404 404 404 404 404 404
close-file                  closed_file      POST  401 409 403 403 403 404 404 404 404 404 404 404
audits:reopen-certification closed_file      GET   302 200 403 403 403 404 404 404 404 404 404 404
audits:reopen-certification closed_file      POST  401 302 403 403 403 404 404 404 404 404 404 404
audits:reopen-certification idle_file        GET   302 409 403 403 403 404 404 404 404 404 404 404
audits:reopen-certification idle_file        POST  401 409 403 403 403 404 404 404 404 404 404 404
audits:edit-certification   closed_file      GET   302 403 403 403 403 404 404 404 404 404 404 404
audits:prepare              file             GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:preparation-table    file             GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:remind               file             POST  401 302 403 403 403 404 404 404 404 404 404 404
audits:remind               closed_file      POST  401 409 403 403 403 404 404 404 404 404 404 404
audits:start-audit          file             GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:start-audit          file             POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:compare              file             GET   302 200 403 403 200 404 200 200 200 403 404 404
audits:comparison-table     file             GET   302 200 403 403 200 404 200 200 200 403 404 404
audits:evolution            file             GET   302 200 403 403 200 404 200 200 200 403 404 404
audits:priorities           file             GET   302 200 403 403 200 404 200 200 200 403 404 404
audits:simulation           file             GET   302 200 403 403 200 404 200 200 200 403 404 404
audits:simulation           file             POST  401 200 403 403 200 404 200 200 200 403 404 404
audits:save-scenario        file             POST  401 302 403 403 302 404 403 403 403 403 404 404
audits:save-scenario        closed_file      POST  401 403 403 403 403 404 404 404 404 404 404 404
audits:scenario             scenario         GET   302 200 404 404 200 404 404 404 404 404 404 404
audits:scenario             scenario         POST  401 200 404 404 200 404 404 404 404 404 404 404
audits:change-scenario      scenario         POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:delete-scenario      scenario         POST  401 302 404 404 403 404 404 404 404 404 404 404

audits:sharing              file             GET   302 200 403 403 200 404 403 403 403 403 404 404
audits:sharing              file             POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:sharing              closed_file      GET   302 200 403 403 200 404 404 404 404 404 404 404
audits:sharing              closed_file      POST  401 409 403 403 403 404 404 404 404 404 404 404
audits:preview-share        file             GET   302 200 403 403 200 404 403 403 403 403 404 404
audits:change-share         share            GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:change-share         share            POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:change-share         old_share        GET   302 409 403 403 403 404 403 403 403 403 404 404
audits:change-share         old_share        POST  401 409 403 403 403 404 403 403 403 403 404 404
audits:revoke-share         share            GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:revoke-share         share            POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:revoke-share         old_share        GET   302 409 403 403 403 404 403 403 403 403 404 404
audits:revoke-share         old_share        POST  401 409 403 403 403 404 403 403 403 403 404 404
audits:providers            -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:shared-file          file             GET   302 404 404 404 404 200 404 404 404 404 404 404
audits:shared-file          idle_file        GET   302 404 404 404 404 200 404 404 404 404 404 404
audits:shared-file          closed_file      GET   302 404 404 404 404 200 404 404 404 404 404 404
audits:shared-file          revoked_file     GET   302 404 404 404 404 404 404 404 404 404 404 404
audits:shared-file          ended_file       GET   302 404 404 404 404 404 404 404 404 404 404 404
audits:add-subcontractor    file             GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:add-subcontractor    file             POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:add-subcontractor    closed_file      GET   302 403 403 403 403 404 404 404 404 404 404 404
audits:edit-subcontractor   subcontractor    GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:edit-subcontractor   subcontractor    POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:remove-subcontractor subcontractor    POST  401 302 403 403 403 404 403 403 403 403 404 404

audits:cycle                file             GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:subscribe-file       file             POST  401 302 302 302 302 404 404 404 404 404 404 404
audits:calendars            -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:subscribe            -                POST  401 302 302 302 302 302 302 302 302 302 302 302
audits:revoke-calendar      own_feed         POST  401 302 404 404 404 404 404 404 404 404 404 404
audits:calendar-feed        feed             GET   200 200 200 200 200 200 200 200 200 200 200 200
audits:calendar-feed        badfeed          GET   404 404 404 404 404 404 404 404 404 404 404 404
audits:programmes           -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:write-programme      -                GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:write-programme      -                POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:programme            programme        GET   302 200 404 404 200 404 404 404 404 404 404 404
audits:edit-programme       programme        GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:edit-programme       programme        POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:edit-programme       approved         GET   302 403 404 404 403 404 404 404 404 404 404 404
audits:move-programme       programme        POST  401 403 404 404 302 404 404 404 404 404 404 404
audits:move-programme       approved         POST  401 302 404 404 302 404 404 404 404 404 404 404
audits:add-line             programme        GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:add-line             programme        POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:edit-line            programme        GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:edit-line            programme        POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:remove-line          programme        POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:remove-line          approved         POST  401 403 404 404 403 404 404 404 404 404 404 404
audits:join-audit           approved         GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:join-audit           approved         POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:plan                 third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:plan                 validated        GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:plan-calendar        third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:plan-calendar        sites            GET   302 404 404 404 404 404 404 404 404 404 404 404
audits:edit-plan            third            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:edit-plan            third            POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:edit-plan            own              POST  401 302 403 403 403 404 302 403 403 404 404 404
audits:edit-plan            validated        GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:add-slot             third            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:add-slot             third            POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:add-slot             own              POST  401 302 403 403 403 404 302 403 403 404 404 404
audits:edit-slot            third            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:edit-slot            third            POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:edit-slot            validated        GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:remove-slot          third            POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:remove-slot          validated        POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:record-meeting       third            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:record-meeting       third            POST  401 403 403 403 403 404 302 403 403 404 404 404

audits:controls             -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:subscribe-controls   -                POST  401 302 302 302 302 302 302 302 302 302 302 302
audits:control-month        file             GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control-month        idle_file        GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:control-month        closed_file      GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:control-people       file             GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control-results      file             GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control-results-table file            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control-lines        file             GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control-lines-table  file             GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:plan-control-event   file             GET   302 200 200 200 403 404 403 403 403 404 404 404
audits:plan-control-event   file             POST  401 302 302 302 403 404 403 403 403 404 404 404
audits:plan-control-event   closed_file      GET   302 403 403 403 403 404 404 404 404 404 404 404
audits:begin-control-plan   file             GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:begin-control-plan   file             POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:begin-control-plan   revoked_file     POST  401 302 403 403 403 404 404 404 404 404 404 404
audits:control-draft        file             GET   302 200 404 404 200 404 404 404 404 404 404 404
audits:control-draft        revoked_file     GET   302 404 404 404 404 404 404 404 404 404 404 404
audits:submit-control-plan  file             POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:approve-control-plan file             POST  401 403 404 404 409 404 404 404 404 404 404 404
audits:approve-control-plan idle_file        POST  401 403 404 404 302 404 404 404 404 404 404 404
audits:add-control-line     file             GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:add-control-line     file             POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:add-control-line     closed_file      GET   302 403 403 403 403 404 404 404 404 404 404 404
audits:control-line         control_line     GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control-line         draft_line       GET   302 200 404 404 200 404 404 404 404 404 404 404
audits:edit-control-line    draft_line       GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:edit-control-line    draft_line       POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:edit-control-line    control_line     GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:remove-control-line  draft_line       POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:remove-control-line  control_line     POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:restore-control-line removed_line     POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:control              control          GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:control              site_control     GET   302 200 404 200 200 404 200 200 200 404 404 404
audits:control              other_control    GET   302 200 404 404 200 404 200 200 200 404 404 404
audits:judge-control        control          GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:record-control       control          POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:record-control       site_control     POST  401 302 404 302 403 404 403 403 403 404 404 404
audits:record-control       cancelled_control POST 401 409 409 403 403 404 403 403 403 404 404 404
audits:add-control-record   control          POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:hand-over-control    control          GET   302 200 200 403 403 404 403 403 403 404 404 404
audits:hand-over-control    control          POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:hand-over-control    done_control     POST  401 409 409 403 403 404 403 403 403 404 404 404
audits:cancel-control       control          GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:cancel-control       control          POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:cancel-control       done_control     POST  401 409 403 403 403 404 403 403 403 404 404 404

audits:grid                 third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:grid                 validated        GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:grid                 sites            GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:changes              third            GET   302 204 204 204 204 404 204 204 204 404 404 404
audits:validate-audit       third            GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:validate-audit       third            POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:validate-audit       own              GET   302 200 403 403 403 404 200 403 403 404 404 404
audits:validate-audit       own              POST  401 302 403 403 403 404 302 403 403 404 404 404
audits:validate-audit       validated        GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:validate-audit       validated        POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:conclude-audit       third            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:conclude-audit       third            POST  401 403 403 403 403 404 422 403 403 404 404 404
audits:conclude-audit       ready            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:conclude-audit       ready            POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:conclude-audit       own              POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:conclude-audit       concluded        GET   302 403 403 403 403 404 409 403 403 403 404 404
audits:conclude-audit       concluded        POST  401 403 403 403 403 404 409 403 403 403 404 404
audits:conclusion           ready            GET   302 200 403 403 200 404 200 200 200 404 404 404
audits:conclusion           concluded        GET   302 200 403 403 200 404 200 200 200 200 404 404
audits:grid                 concluded        GET   302 200 200 200 200 404 200 200 200 200 404 404
audits:certificate          file             GET   302 200 200 200 200 200 200 200 200 200 404 404
audits:certificate          idle_file        GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:decide-on-audit      third            GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:decide-on-audit      ready            POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:decide-on-audit      concluded        GET   302 403 403 403 403 404 403 403 403 200 404 404
audits:decide-on-audit      concluded        POST  401 403 403 403 403 404 403 403 403 302 404 404
audits:decide-on-audit      grantable        GET   302 403 403 403 403 404 404 404 404 200 404 404
audits:decide-on-audit      grantable        POST  401 403 403 403 403 404 404 404 404 302 404 404
audits:decide-on-audit      decided          GET   302 403 403 403 403 404 403 403 403 409 404 404
audits:decide-on-audit      decided          POST  401 403 403 403 403 404 403 403 403 409 404 404
audits:decide-on-certificate file            GET   302 403 403 403 403 403 403 403 403 200 404 404
audits:decide-on-certificate file            POST  401 403 403 403 403 403 403 403 403 302 404 404
audits:decide-on-certificate idle_file       POST  401 403 403 403 403 404 404 404 404 404 404 404
audits:grid                 decided          GET   302 200 200 200 200 404 200 200 200 200 404 404
audits:rate                 decided/0        POST  401 403 404 403 403 404 403 403 403 403 404 404
reopen-audit                decided          GET   302 403 403 403 403 404 409 403 403 403 404 404
reopen-audit                decided          POST  401 403 403 403 403 404 409 403 403 403 404 404
reopen-audit                concluded        GET   302 403 403 403 403 404 200 403 403 403 404 404
reopen-audit                concluded        POST  401 403 403 403 403 404 302 403 403 403 404 404
reopen-audit                ready            GET   302 403 403 403 403 404 409 403 403 404 404 404
reopen-audit                ready            POST  401 403 403 403 403 404 409 403 403 404 404 404
reopen-audit                own              POST  401 409 403 403 403 404 403 403 403 404 404 404
reopen-audit                validated        POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:requirement          third/0          GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:requirement          third/1          GET   302 200 404 200 200 404 200 200 200 404 404 404
audits:requirement          sites/here       GET   302 200 404 200 200 404 404 404 404 404 404 404
audits:requirement          sites/there      GET   302 200 404 404 200 404 404 404 404 404 404 404
audits:requirement-evidence third/0          GET   302 302 302 302 302 404 302 302 302 404 404 404
audits:requirement-evidence third/1          GET   302 302 404 302 302 404 302 302 302 404 404 404
audits:requirement-evidence sites/there      GET   302 302 404 404 302 404 404 404 404 404 404 404
audits:since-previous       third/0          GET   302 404 404 404 404 404 404 404 404 404 404 404
audits:since-previous       following/0      GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:since-previous       following/1      GET   302 200 404 200 200 404 404 404 404 404 404 404
audits:requirement-measures third/0          GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:requirement-measures third/1          GET   302 200 404 200 200 404 200 200 200 404 404 404
audits:requirement-measures following/1      GET   302 200 404 200 200 404 404 404 404 404 404 404
audits:retain-proposal      third/0          POST  401 403 403 403 403 404 409 409 403 404 404 404
audits:retain-proposal      own/0            POST  401 409 403 403 403 404 409 409 403 404 404 404
audits:retain-proposal      validated/0      POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:rate                 third/0          POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:rate                 own/0            POST  401 302 403 403 403 404 302 302 403 404 404 404
audits:rate                 validated/0      POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:comment              third/0          POST  401 403 302 403 403 404 302 302 403 404 404 404
audits:comment              third/1          POST  401 403 404 403 403 404 302 302 403 404 404 404
audits:comment              own/0            POST  401 302 302 403 403 404 302 302 403 404 404 404
audits:comment              validated/0      POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:undo                 third/0          POST  401 403 409 403 403 404 409 409 403 404 404 404
audits:undo                 own/1            POST  401 302 404 403 403 404 409 409 403 404 404 404
audits:undo                 validated/0      POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:assign               third/0          GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:assign               third/0          POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:assign               validated/0      POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:assign-many          third            GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:assign-many          third            POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:assign-many          validated        POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:workbook             third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:workbook             third            POST  401 422 422 403 403 404 302 302 403 404 404 404
audits:workbook             own              POST  401 302 422 403 403 404 302 302 403 404 404 404
audits:workbook             validated        GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:workbook             validated        POST  401 409 409 403 403 404 409 409 403 404 404 404
audits:workbook-file        third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:workbook-import      workbook         GET   302 200 404 404 404 404 404 404 404 404 404 404
audits:workbook-import      workbook         POST  401 302 404 404 404 404 404 404 404 404 404 404
audits:workbook-import      written_workbook GET   302 200 404 404 404 404 404 404 404 404 404 404
audits:abandon-workbook     workbook         POST  401 302 404 404 404 404 404 404 404 404 404 404
audits:abandon-workbook     written_workbook POST  401 409 404 404 404 404 404 404 404 404 404 404
audits:undo-workbook        written_workbook POST  401 302 404 404 404 404 404 404 404 404 404 404
audits:undo-workbook        workbook         POST  401 409 404 404 404 404 404 404 404 404 404 404
audits:audit-team           third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:audit-team           third            POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:audit-team           validated        POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:declare-independence sites            GET   302 404 404 404 404 404 200 200 200 404 404 404
audits:declare-independence sites            POST  401 404 404 404 404 404 302 302 302 404 404 404
audits:declare-independence announced        GET   302 404 404 404 404 404 200 200 404 404 404 404
audits:declare-independence announced        POST  401 404 404 404 404 404 302 200 404 404 404 404
audits:grid                 announced        GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:requirement          announced/0      GET   302 200 404 200 200 404 404 404 404 404 404 404
audits:audit-team           announced        GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:plan                 announced        GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:conclusion           announced        GET   302 200 403 403 200 404 404 404 404 404 404 404
audits:certification        announced_file   GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:declare-independence third            GET   302 404 404 404 404 404 302 302 302 404 404 404
audits:edit-team-member     third            GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:edit-team-member     third            POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:edit-team-member     validated        GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:edit-team-member     validated        POST  401 302 403 403 403 404 403 403 403 404 404 404

audits:listening            -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:listening-table      -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:listening-plan       -                GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:listening-plan       -                POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:listening-sessions   -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:add-listening        -                GET   302 200 403 200 403 403 403 403 403 403 403 200
audits:add-listening        -                POST  401 302 403 302 403 403 403 403 403 403 403 422
audits:listening-session    heard_session    GET   302 200 404 200 200 404 200 200 200 404 404 404
audits:edit-listening       heard_session    GET   302 200 404 403 403 404 403 403 403 404 404 404
audits:edit-listening       heard_session    POST  401 302 404 403 403 404 403 403 403 404 404 404
audits:debrief-listening    heard_session    POST  401 302 404 403 403 404 403 403 403 404 404 404
audits:erase-listening      heard_session    GET   302 200 404 403 403 404 403 403 403 404 404 404
audits:erase-listening      heard_session    POST  401 302 404 403 403 404 403 403 403 404 404 404
audits:listening-grids      -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:write-grid           -                GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:write-grid           -                POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:listening-grid       listening_used   GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:listening-grid       listening_draft  GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:edit-grid            listening_draft  GET   302 200 403 403 403 404 404 404 404 404 404 404
audits:edit-grid            listening_draft  POST  401 302 403 403 403 404 404 404 404 404 404 404
audits:edit-grid            listening_used   GET   302 409 403 403 403 404 403 403 403 404 404 404
audits:move-grid            listening_draft  POST  401 302 403 403 403 404 404 404 404 404 404 404
audits:move-grid            listening_used   POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:copy-grid            listening_used   POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:link-grid            listening_used   POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:calibrations         -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:open-calibration     -                GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:open-calibration     -                POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:calibration          open_round       GET   302 200 200 404 200 404 404 404 404 404 404 404
audits:calibration          concluded_round  GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:grade-calibration    open_round       GET   302 200 200 404 403 404 404 404 404 404 404 404
audits:grade-calibration    open_round       POST  401 302 302 404 403 404 404 404 404 404 404 404
audits:grade-calibration    graded_round     GET   302 200 200 200 403 404 404 404 404 404 404 404
audits:grade-calibration    concluded_round  GET   302 409 409 403 403 404 403 403 403 404 404 404
audits:reveal-calibration   graded_round     POST  401 302 403 403 403 404 404 404 404 404 404 404
audits:reveal-calibration   open_round       POST  401 409 403 404 403 404 404 404 404 404 404 404
audits:conclude-calibration revealed_round   GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:conclude-calibration revealed_round   POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:conclude-calibration open_round       GET   302 409 403 404 403 404 404 404 404 404 404 404
audits:mystery              -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:plan-campaign        -                GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:plan-campaign        -                POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:mystery-campaign     mystery_campaign GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:mystery-scenarios    -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:write-mystery-scenario -              GET   302 200 403 403 403 403 403 403 403 403 403 200
audits:write-mystery-scenario -              POST  401 302 403 403 403 403 403 403 403 403 403 422
audits:edit-mystery-scenario mystery_scenario GET  302 200 404 404 403 404 404 404 404 404 404 404
audits:edit-mystery-scenario mystery_scenario POST 401 302 404 404 403 404 404 404 404 404 404 404
audits:record-contact       planned_contact  GET   302 200 200 404 403 404 404 404 404 404 404 404
audits:record-contact       planned_contact  POST  401 302 302 404 403 404 404 404 404 404 404 404
audits:record-contact       done_contact     GET   302 409 409 403 403 404 403 403 403 404 404 404
audits:miss-contact         planned_contact  GET   302 200 200 404 403 404 404 404 404 404 404 404
audits:miss-contact         planned_contact  POST  401 302 302 404 403 404 404 404 404 404 404 404

audits:samples              third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:samples              sites            GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:add-sample           third            GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:add-sample           third            POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:add-sample           own              GET   302 200 403 403 403 404 200 200 403 404 404 404
audits:add-sample           validated        GET   302 403 403 403 403 404 403 403 403 404 404 404
audits:add-site-sample      third            GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:add-site-sample      third            POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:propose-size         third            POST  401 403 403 403 403 404 200 200 403 404 404 404
audits:sample               sample           GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:sample               draft_sample     GET   302 200 404 404 200 404 200 200 200 404 404 404
audits:edit-sample          draft_sample     GET   302 403 404 404 403 404 200 200 403 404 404 404
audits:edit-sample          draft_sample     POST  401 403 404 404 403 404 302 302 403 404 404 404
audits:edit-sample          sample           GET   302 403 403 403 403 404 409 409 403 404 404 404
audits:draw-sample          draft_sample     POST  401 403 404 404 403 404 302 302 403 404 404 404
audits:record-result        sample           POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:record-result        done_sample      POST  401 403 404 404 403 404 409 409 403 404 404 404
audits:conclude-sample      sample           POST  401 403 403 403 403 404 409 409 403 404 404 404
audits:take-up-sample       done_sample      GET   302 403 404 404 403 404 200 200 403 404 404 404
audits:take-up-sample       done_sample      POST  401 403 404 404 403 404 302 302 403 404 404 404
audits:another-draw         sample           GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:another-draw         sample           POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:sample-record        sample           GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:sample-record        draft_sample     GET   302 409 404 404 409 404 409 409 409 404 404 404
audits:sample-table         sample           GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:replace-lead         followed_up      GET   302 200 403 403 403 404 403 403 403 403 404 404
audits:replace-lead         followed_up      POST  401 302 403 403 403 404 403 403 403 403 404 404
audits:replace-lead         concluded        GET   302 409 403 403 403 404 403 403 403 403 404 404
audits:replace-lead         concluded        POST  401 409 403 403 403 404 403 403 403 403 404 404
audits:replace-lead         validated        POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:replace-lead         third            GET   302 409 403 403 403 404 403 403 403 404 404 404
audits:audit-team           followed_up      GET   302 200 200 200 200 404 200 200 200 200 404 404
audits:audit-team           followed_up      POST  401 403 403 403 403 404 403 403 403 403 404 404
audits:remove-team-member   third            GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:remove-team-member   validated        GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:remove-team-member   third            POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:remove-team-member   validated        POST  401 302 403 403 403 404 403 403 403 404 404 404

audits:review               third            GET   302 200 403 403 200 404 200 200 200 404 404 404
audits:review               validated        GET   302 200 403 403 200 404 200 200 200 404 404 404
audits:review               sites            GET   302 200 403 403 200 404 404 404 404 404 404 404
audits:review-evidence      third_link       GET   302 403 403 403 403 404 302 302 403 404 404 404
audits:review-evidence      third_link       POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:review-evidence      own_link         POST  401 302 403 403 403 404 302 302 403 404 404 404
audits:review-evidence      validated_link   POST  401 409 403 403 403 404 409 409 403 404 404 404
audits:evidence-list        -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:add-evidence         third/0          GET   302 200 200 200 403 404 403 403 403 404 404 404
audits:add-evidence         third/0          POST  401 302 302 302 403 404 403 403 403 404 404 404
audits:add-evidence         validated/0      GET   302 409 409 409 403 404 403 403 403 404 404 404
audits:add-evidence         validated/0      POST  401 409 409 409 403 404 403 403 403 404 404 404
audits:evidence             evidence         GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:evidence             free_evidence    GET   302 200 200 404 200 404 404 404 404 404 404 404
audits:edit-evidence        evidence         GET   302 200 200 403 403 404 403 403 403 404 404 404
audits:edit-evidence        evidence         POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:add-evidence-version evidence         GET   302 200 200 403 403 404 403 403 403 404 404 404
audits:add-evidence-version evidence         POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:withdraw-evidence    evidence         GET   302 200 200 403 403 404 403 403 403 404 404 404
audits:withdraw-evidence    evidence         POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:withdraw-evidence withdrawn_evidence  GET   302 409 409 403 403 404 403 403 403 404 404 404
audits:withdraw-evidence withdrawn_evidence  POST  401 409 409 403 403 404 403 403 403 404 404 404
audits:restore-evidence  withdrawn_evidence  GET   302 200 200 403 403 404 403 403 403 404 404 404
audits:restore-evidence  withdrawn_evidence  POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:restore-evidence     evidence         GET   302 409 409 403 403 404 403 403 403 404 404 404
audits:restore-evidence     evidence         POST  401 409 409 403 403 404 403 403 403 404 404 404
audits:evidence          withdrawn_evidence  GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:evidence-file     withdrawn_evidence  GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:edit-evidence     withdrawn_evidence  POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:add-evidence-version withdrawn_evidence POST 401 403 403 403 403 404 403 403 403 404 404 404
audits:link-evidence     withdrawn_evidence  POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:link-evidence        free_evidence    GET   302 200 200 404 403 404 404 404 404 404 404 404
audits:link-evidence        free_evidence    POST  401 302 302 404 403 404 404 404 404 404 404 404
audits:unlink-evidence      third_link       GET   302 200 200 200 403 404 403 403 403 404 404 404
audits:unlink-evidence      third_link       POST  401 302 302 302 403 404 403 403 403 404 404 404
audits:unlink-evidence      validated_link   POST  401 409 409 409 403 404 403 403 403 404 404 404
audits:evidence-file        evidence         GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:evidence-file        free_evidence    GET   302 200 200 404 200 404 404 404 404 404 404 404
audits:evidence-preview     evidence         GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:evidence-preview     free_evidence    GET   302 200 200 404 200 404 404 404 404 404 404 404

audits:evidence-requests    third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:evidence-requests    validated        GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:evidence-requests    sites            GET   302 200 200 200 200 404 404 404 404 404 404 404
audits:request-table        third            GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:ask-evidence         third            GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:ask-evidence         third            POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:ask-evidence         own              POST  401 302 403 403 403 404 302 302 403 404 404 404
audits:ask-evidence         validated        GET   302 409 403 403 403 404 409 409 403 404 404 404
audits:import-requests      third            GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:import-requests      third            POST  401 403 403 403 403 404 200 200 403 404 404 404
audits:import-requests      validated        POST  401 409 403 403 403 404 409 409 403 404 404 404
audits:evidence-request     asked_request    GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:answer-request       asked_request    GET   302 200 200 200 403 404 403 403 403 404 404 404
audits:answer-request       asked_request    POST  401 302 302 302 403 404 403 403 403 404 404 404
audits:answer-request       own_request      POST  401 403 302 302 403 404 403 403 403 404 404 404
audits:answer-request       answered_request GET   302 409 409 409 403 404 403 403 403 404 404 404
audits:answer-request       answered_request POST  401 409 409 409 403 404 403 403 403 404 404 404
audits:judge-request        answered_request GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:judge-request        answered_request POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:judge-request        asked_request    GET   302 403 403 403 403 404 409 409 403 404 404 404
audits:cancel-request       asked_request    GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:cancel-request       asked_request    POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:cancel-request       own_request      POST  401 302 403 403 403 404 302 302 403 404 404 404
audits:cancel-request       answered_request POST  401 403 403 403 403 404 409 409 403 404 404 404

audits:alerts               -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:alert-table          -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:alert-rules          organisation     GET   302 200 404 404 200 404 404 404 404 404 404 404
audits:write-alert-rule     organisation     GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:write-alert-rule     organisation     POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:alert-rule           rule             GET   302 200 404 404 403 404 404 404 404 404 404 404
audits:alert-rule           rule             POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:remove-alert-rule    rule             POST  401 302 404 404 403 404 404 404 404 404 404 404
audits:open-complaint       organisation     GET   302 200 403 200 403 404 404 404 404 404 404 404
audits:open-complaint       organisation     POST  401 302 403 302 403 404 404 404 404 404 404 404
audits:complaint            complaint        GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:complaint            there_complaint  GET   302 200 200 404 200 404 200 200 200 404 404 404
audits:complaint            closed_complaint GET   302 200 200 404 200 404 200 200 200 404 404 404
audits:comment-complaint    complaint        POST  401 302 302 302 302 404 403 403 403 404 404 404
audits:plan-complaint       complaint        GET   302 200 403 200 403 404 403 403 403 404 404 404
audits:plan-complaint       complaint        POST  401 302 403 302 403 404 403 403 403 404 404 404
audits:plan-complaint       closed_complaint GET   302 409 409 404 403 404 403 403 403 404 404 404
audits:plan-complaint       closed_complaint POST  401 409 409 404 403 404 403 403 403 404 404 404
audits:start-complaint     planned_complaint POST  401 302 302 302 403 404 403 403 403 404 404 404
audits:start-complaint      complaint        POST  401 409 403 409 403 404 403 403 403 404 404 404
audits:assign-complaint     complaint        GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:assign-complaint     complaint        POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:assign-complaint     closed_complaint POST  401 409 403 404 403 404 403 403 403 404 404 404
audits:close-complaint    returned_complaint GET   302 200 403 403 200 404 403 403 403 404 404 404
audits:close-complaint    returned_complaint POST  401 302 403 403 302 404 403 403 403 404 404 404
audits:close-complaint     planned_complaint POST  401 409 403 403 409 404 403 403 403 404 404 404
audits:close-complaint      closed_complaint GET   302 409 403 404 409 404 403 403 403 404 404 404
audits:reopen-complaint     closed_complaint GET   302 200 403 404 403 404 403 403 403 404 404 404
audits:reopen-complaint     closed_complaint POST  401 302 403 404 403 404 403 403 403 404 404 404
audits:reopen-complaint     complaint        POST  401 409 403 409 403 404 403 403 403 404 404 404
audits:add-complaint-action planned_complaint GET  302 200 200 200 403 404 403 403 403 404 404 404
audits:add-complaint-action planned_complaint POST 401 302 302 302 403 404 403 403 403 404 404 404
audits:add-complaint-action complaint        GET   302 409 403 409 403 404 403 403 403 404 404 404
audits:edit-complaint-action planned_act GET  302 200 200 200 403 404 403 403 403 404 404 404
audits:edit-complaint-action planned_act POST 401 302 302 302 403 404 403 403 403 404 404 404
audits:edit-complaint-action returned_act GET 302 409 409 409 403 404 403 403 403 404 404 404
audits:finish-complaint-action planned_act POST 401 302 302 302 403 404 403 403 403 404 404 404
audits:take-up-complaint-action returned_act POST 401 302 302 302 403 404 403 403 403 404 404 404
audits:supervision          organisation     GET   302 200 200 200 200 404 404 404 404 404 404 404

audits:finding-list         -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:add-finding          third/0          GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:add-finding          third/0          POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:add-finding          own/0            POST  401 302 403 403 403 404 302 302 403 404 404 404
audits:add-finding          validated/0      GET   302 409 403 403 403 404 409 409 403 404 404 404
audits:add-finding          validated/0      POST  401 409 403 403 403 404 409 409 403 404 404 404
audits:finding-due-dates    third/0          GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:finding              finding          GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:edit-finding         finding          GET   302 403 403 403 403 404 200 200 403 404 404 404
audits:edit-finding         finding          POST  401 403 403 403 403 404 302 302 403 404 404 404
audits:edit-finding         own_finding      POST  401 302 403 403 403 404 302 302 403 404 404 404
audits:edit-finding         closed_finding   POST  401 403 403 403 403 404 409 409 403 404 404 404
audits:edit-finding      validated_finding   POST  401 409 403 403 403 404 409 409 403 404 404 404
audits:close-finding        finding          GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:close-finding        finding          POST  401 403 403 403 403 404 409 403 403 404 404 404
audits:close-finding        light_finding    POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:close-finding        own_finding      POST  401 302 403 403 403 404 302 403 403 404 404 404
audits:close-finding        closed_finding   POST  401 403 403 403 403 404 409 403 403 404 404 404
audits:close-finding     validated_finding   POST  401 302 403 403 403 404 302 403 403 404 404 404
audits:finding              draft_finding    GET   302 404 404 404 404 404 200 200 200 404 404 404
audits:edit-finding         draft_finding    GET   302 404 404 404 404 404 200 200 403 404 404 404
audits:present-findings     third            GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:present-findings     third            POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:present-findings     own              POST  401 403 403 403 403 404 409 403 403 404 404 404
audits:present-findings     validated        POST  401 403 403 403 403 404 403 403 403 404 404 404
audits:discard-finding      draft_finding    GET   302 404 404 404 404 404 200 409 403 404 404 404
audits:discard-finding      draft_finding    POST  401 404 404 404 404 404 302 409 403 404 404 404
audits:discard-finding      finding          POST  401 403 403 403 403 404 409 409 403 404 404 404
audits:take-position        finding          GET   302 200 403 403 403 404 200 403 403 404 404 404
audits:take-position        finding          POST  401 302 403 403 403 404 302 403 403 404 404 404
audits:take-position        closed_finding   POST  401 409 403 403 403 404 409 403 403 404 404 404
audits:take-position        draft_finding    POST  401 404 404 404 404 404 409 403 403 404 404 404
audits:answer-finding       finding          GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:answer-finding       finding          POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:answer-finding       answered_finding GET   302 409 403 403 403 404 403 403 403 404 404 404
audits:answer-finding       answered_finding POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:judge-answer         answered_finding GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:judge-answer         answered_finding POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:judge-answer         finding          GET   302 403 403 403 403 404 409 403 403 404 404 404
audits:judge-answer         finding          POST  401 403 403 403 403 404 409 403 403 404 404 404
audits:bring-proof          accepted_finding GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:bring-proof          accepted_finding POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:bring-proof          finding          POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:refuse-proof         proven_finding   GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:refuse-proof         proven_finding   POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:refuse-proof         accepted_finding POST  401 403 403 403 403 404 409 403 403 404 404 404
audits:reopen-finding       closed_finding   GET   302 403 403 403 403 404 200 403 403 404 404 404
audits:reopen-finding       closed_finding   POST  401 403 403 403 403 404 302 403 403 404 404 404
audits:reopen-finding       finding          GET   302 403 403 403 403 404 409 403 403 404 404 404
audits:reopen-finding       finding          POST  401 403 403 403 403 404 409 403 403 404 404 404

audits:action-list          -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:action-table         -                GET   302 200 200 200 200 200 200 200 200 200 200 200
audits:add-action           finding          GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:add-action           finding          POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:add-action           closed_finding   POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:action               action           GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:edit-action          action           GET   302 200 403 403 403 404 403 403 403 404 404 404
audits:edit-action          action           POST  401 302 403 403 403 404 403 403 403 404 404 404
audits:edit-action          done_action      POST  401 409 403 403 403 404 403 403 403 404 404 404
audits:move-action          action           POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:move-action          done_action      POST  401 302 403 403 302 404 302 302 403 404 404 404

engagements:referentials    -                GET   302 200 200 200 200 200 200 200 200 200 200 200
engagements:indicators      -                GET   302 200 200 200 200 200 200 200 200 200 200 200
engagements:indicator       indicator        GET   302 200 200 200 200 200 200 200 200 200 200 200
engagements:edition         edition          GET   302 200 200 200 200 200 200 200 200 200 200 200
engagements:edition         draft            GET   302 404 404 404 404 404 404 404 404 404 200 404
engagements:publish-edition draft            GET   302 404 404 404 404 404 404 404 404 404 200 404
engagements:publish-edition draft            POST  401 404 404 404 404 404 404 404 404 404 409 404
engagements:publish-edition full_draft       POST  401 404 404 404 404 404 404 404 404 404 302 404
engagements:publish-edition edition          GET   302 403 403 403 403 403 403 403 403 403 409 403
engagements:publish-edition edition          POST  401 403 403 403 403 403 403 403 403 403 409 403
engagements:withdraw-edition edition         GET   302 403 403 403 403 403 403 403 403 403 200 403
engagements:withdraw-edition edition         POST  401 403 403 403 403 403 403 403 403 403 302 403
engagements:withdraw-edition draft           POST  401 404 404 404 404 404 404 404 404 404 409 404
engagements:requirement     edition          GET   302 200 200 200 200 200 200 200 200 200 200 200

reports:list                -                GET   302 200 200 200 200 200 200 200 200 200 200 200
reports:newest              -                GET   302 200 200 200 200 200 200 200 200 200 200 200
reports:shared              file             GET   302 200 404 404 200 200 404 404 404 404 404 404
reports:shared              idle_file        GET   302 200 404 404 200 404 404 404 404 404 404 404
reports:shared              closed_file      GET   302 200 404 404 200 200 404 404 404 404 404 404
reports:shared              revoked_file     GET   302 200 404 404 200 404 404 404 404 404 404 404
reports:shared              ended_file       GET   302 200 404 404 200 404 404 404 404 404 404 404
reports:of-file             file             GET   302 200 200 200 200 404 200 200 200 200 404 404
reports:request             own              GET   302 200 403 403 200 404 200 403 403 404 404 404
reports:request             own              POST  401 302 403 403 302 404 302 403 403 404 404 404
reports:request             file             GET   302 200 403 403 200 404 403 403 403 403 404 404
reports:request             file             POST  401 302 403 403 302 404 403 403 403 403 404 404
reports:request-plan        third            GET   302 200 403 403 200 404 200 403 403 404 404 404
reports:request-plan        third            POST  401 302 403 403 302 404 302 403 403 404 404 404
reports:request-plan        sites            GET   302 404 404 404 404 404 404 404 404 404 404 404
reports:audit-workbook      third            GET   302 200 403 403 200 404 200 200 200 404 404 404
reports:report              report           GET   302 200 404 200 200 404 200 200 200 404 404 404
reports:report              issued_report    GET   302 200 404 200 200 200 200 200 200 404 404 404
reports:report              queued_report    GET   302 200 404 404 200 404 200 200 200 404 404 404
reports:progress            report           GET   302 302 404 302 302 404 302 302 302 404 404 404
reports:download            report           GET   302 200 404 200 200 404 200 200 200 404 404 404
reports:download            issued_report    GET   302 200 404 200 200 200 200 200 200 404 404 404
reports:report              decided_report   GET   302 200 404 200 200 200 200 200 200 200 404 404
audits:indicators           -                GET   302 302 302 302 302 302 302 302 302 200 200 302
audits:journey              organisation     GET   302 200 200 200 200 200 200 200 200 404 404 404
audits:dimensions           organisation     GET   302 200 200 200 200 200 200 200 200 404 404 404
audits:places               organisation     GET   302 200 200 200 200 200 200 200 200 404 404 404
audits:series               own_indicator    GET   302 200 200 200 200 200 200 200 200 404 404 404
audits:targets              organisation     GET   302 200 403 403 403 403 403 403 403 404 404 404
audits:targets              organisation     POST  401 302 403 403 403 403 403 403 403 404 404 404
audits:set-target           own_indicator    GET   302 200 403 403 403 403 403 403 403 404 404 404
audits:set-target           own_indicator    POST  401 302 403 403 403 403 403 403 403 404 404 404
audits:make-indicator       organisation     GET   302 200 403 403 403 403 403 403 403 404 404 404
audits:make-indicator       organisation     POST  401 302 403 403 403 403 403 403 403 404 404 404
audits:check-formula        organisation     POST  401 200 403 403 403 403 403 403 403 404 404 404
audits:edit-indicator       own_indicator    GET   302 200 403 403 403 403 403 403 403 404 404 404
audits:edit-indicator       own_indicator    POST  401 302 403 403 403 403 403 403 403 404 404 404
audits:enter-measures       organisation     GET   302 200 200 200 403 403 403 403 403 404 404 404
audits:enter-measures       organisation     POST  401 302 302 409 403 403 403 403 403 404 404 404
audits:measure-imports      organisation     GET   302 200 200 403 403 403 403 403 403 404 404 404
audits:measure-imports      organisation     POST  401 302 302 403 403 403 403 403 403 404 404 404
audits:measure-import       figures          GET   302 200 200 404 404 404 404 404 404 404 404 404
audits:measure-import       read_figures     GET   302 200 200 404 404 404 404 404 404 404 404 404
audits:measure-import       applied_figures  GET   302 200 200 200 200 404 200 200 200 404 404 404
audits:name-columns         figures          POST  401 302 302 404 404 404 404 404 404 404 404 404
audits:name-columns         applied_figures  POST  401 409 409 403 403 404 403 403 403 404 404 404
audits:apply-import         read_figures     POST  401 302 302 404 404 404 404 404 404 404 404 404
audits:apply-import         figures          POST  401 409 409 404 404 404 404 404 404 404 404 404
audits:undo-import          applied_figures  POST  401 302 302 403 403 404 403 403 403 404 404 404
audits:undo-import          figures          POST  401 409 409 404 404 404 404 404 404 404 404 404
audits:abandon-import       given_up_figures POST  401 302 302 404 404 404 404 404 404 404 404 404
audits:abandon-import       applied_figures  POST  401 409 409 403 403 404 403 403 403 404 404 404
audits:source-file          figures          GET   302 200 200 404 404 404 404 404 404 404 404 404
audits:source-file          applied_figures  GET   302 200 200 403 403 404 403 403 403 404 404 404

reports:download            decided_report   GET   302 200 404 200 200 200 200 200 200 200 404 404
reports:download            queued_report    GET   302 409 404 404 409 404 409 409 409 404 404 404
reports:cancel              queued_report    POST  401 302 404 404 403 404 403 403 403 404 404 404
reports:cancel              report           POST  401 409 404 403 403 404 403 403 403 404 404 404
reports:retry               failed_report    POST  401 302 404 404 403 404 403 403 403 404 404 404
reports:retry               report           POST  401 409 404 403 403 404 403 403 403 404 404 404
reports:issue               report           POST  401 403 404 403 302 404 403 403 403 404 404 404
reports:issue               issued_report    POST  401 403 404 403 409 403 403 403 403 404 404 404
"""

# The first organisation's neighbour may ask for these too: they belong to nobody.
SHARED = frozenset(
    {"edition", "draft", "full_draft", "indicator", "badkey", "-", "feed", "badfeed"}
)


@dataclass(frozen=True)
class Line:
    """One line of the table; ``statuses`` by principal."""

    name: str
    thing: str
    verb: str
    statuses: dict[str, int]

    def __str__(self) -> str:
        return f"{self.verb} {self.name} {self.thing}"


def read(table: str) -> tuple[Line, ...]:
    """The lines of the table, in order."""
    lines = []
    for text in filter(None, map(str.strip, table.splitlines())):
        name, thing, verb, *statuses = text.split()
        pairs = zip(PRINCIPALS, map(int, statuses), strict=True)
        lines.append(Line(name, thing, verb, dict(pairs)))
    return tuple(lines)


LINES = read(TABLE)
