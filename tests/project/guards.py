"""What every answer of the site carries, so that browsers do nothing that we did not ask for."""

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SITE_POLICY = frozenset(
    {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    }
)
# Deposited files are sent with a policy of their own, under which nothing runs at all.
SANDBOX = frozenset({"sandbox", "default-src 'none'"})
DEPOSITED = {"audits:evidence-file"}


def policy_of(name: str, status: int) -> frozenset[str]:
    """The policy that the answer of a URL must carry."""
    return SANDBOX if name in DEPOSITED and status == 200 else SITE_POLICY


def weaknesses(answer, *, policy=SITE_POLICY) -> list[str]:
    """What is missing from the headers of one answer, in words."""
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in EXACT.items()
        if answer.headers.get(name) != value
    ]
    sent = answer.headers.get("Content-Security-Policy", "")
    directives = {part.strip() for part in sent.split(";")}
    if "unsafe-" in sent or "*" in sent:
        found.append(sent)
    found += sorted(policy - directives)
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    return found
