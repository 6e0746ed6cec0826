"""``manage.py serve``: what it listens on, and every start that it refuses in a sentence."""

import socket

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crcaudit import worker
from crcaudit.core import statics
from crcaudit.core.management.commands import serve

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def served(monkeypatch):
    """Servers that were started; none of them really is."""
    started = []

    def run(server):
        started.append(server)

    monkeypatch.setattr(serve.Server, "run", run)
    monkeypatch.setattr(serve.connections, "close_all", lambda: None)
    monkeypatch.setattr(statics, "collect_if_needed", lambda: False)
    return started


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_listens_on_this_machine_alone_with_one_process(served, port):
    call_command("serve", port=port)

    (server,) = served
    assert server.cfg.address == [("127.0.0.1", port)]
    assert server.cfg.workers == 1
    assert server.cfg.worker_class_str == "gthread"
    assert server.cfg.threads == 8


def test_the_address_is_told_once_the_site_listens(served, port, capsys):
    call_command("serve", port=port)
    before = capsys.readouterr().out
    served[0].cfg.when_ready(None)

    assert before == ""
    assert f"http://localhost:{port}/" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("host", "shown"),
    [("0.0.0.0", "localhost"), ("::1", "[::1]"), ("192.0.2.7", "192.0.2.7")],
)
def test_the_address_is_one_that_a_browser_opens(host, shown):
    assert serve._shown(host) == shown


def test_an_address_of_version_6_is_accepted(served, port):
    call_command("serve", host="::1", port=port)

    assert served[0].cfg.address == [("::1", port)]


def test_a_port_that_is_taken_is_told_with_what_to_do(served):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with pytest.raises(CommandError, match=rf"{taken}.*--port"):
            call_command("serve", port=taken)

    assert served == []


def test_several_processes_without_a_broker_are_refused(served, port, settings):
    settings.CELERY_EMBEDDED = True

    with pytest.raises(CommandError, match="CELERY_BROKER_URL"):
        call_command("serve", port=port, processes=2)

    assert served == []


def test_several_processes_with_a_broker_are_accepted(served, port, settings):
    settings.CELERY_EMBEDDED = False

    call_command("serve", port=port, processes=3)

    assert served[0].cfg.workers == 3


def test_a_database_behind_the_program_is_refused(served, port):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports'")

    with pytest.raises(CommandError, match="migrate"):
        call_command("serve", port=port)

    assert served == []


def test_a_database_ahead_of_the_program_is_refused(served, port):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('reports', '9999_from_the_future', '2026-01-01 00:00:00+00:00')"
        )

    with pytest.raises(CommandError):
        call_command("serve", port=port)

    assert served == []


def test_the_worker_starts_and_stops_with_the_process(served, port, monkeypatch):
    class Service:
        patience = None

        def stop(self, *, patience):
            self.patience = patience

    service = Service()
    monkeypatch.setattr(worker, "start", lambda: service)
    call_command("serve", port=port)
    (server,) = served

    server.cfg.post_worker_init(None)
    server.cfg.worker_exit(None, None)

    assert service.patience is not None


def test_a_process_without_embedded_worker_ends_quietly(served, port, settings):
    settings.CELERY_EMBEDDED = False
    call_command("serve", port=port)
    (server,) = served

    server.cfg.post_worker_init(None)
    server.cfg.worker_exit(None, None)

    assert server.service is None


def test_each_process_serves_the_application(served, port, client):
    call_command("serve", port=port)

    assert callable(served[0].load())
