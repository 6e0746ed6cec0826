"""Where a file comes from and where it is heading; which gaps to close first."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits import permissions
from audits.presenters import evolution as evolutions
from audits.presenters import priorities as ranks
from audits.presenters import simulation
from audits.views.certifications import visible_certification
from audits.views.simulation import latest_audit
from audits.views.tables import page_of_values
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page, require


@require_safe
def evolution(request: AuthRequest, key: UUID) -> HttpResponse:
    file = visible_certification(request.user, key)
    require(allowed=permissions.can_see_dashboard(request.user, file))
    context = {
        "certification": file,
        "evolution": evolutions.evolution(file, today=localdate()),
        "can_edit": permissions.can_edit_certification(request.user, file),
    }
    return render_page(request, "audits/evolution.html", context)


@require_safe
def priorities(request: AuthRequest, key: UUID) -> HttpResponse:
    file = visible_certification(request.user, key)
    require(allowed=permissions.can_see_dashboard(request.user, file))
    audit = latest_audit(request.user, file)
    context: dict[str, Any] = {"certification": file, "audit": audit, "rows": []}
    if audit is not None:
        base = simulation.base_of(audit, request.user, today=localdate())
        ranked = ranks.ranking(base)
        page = page_of_values(request, ranked)
        context |= {
            "page": page,
            "rows": ranks.ranked_rows(base, list(page), first=page.start_index()),
            "total": len(ranked),
            "unknown": sum(1 for row in ranked if row.effort is None),
        }
    return render_page(request, "audits/priorities.html", context)
