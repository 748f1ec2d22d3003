namespace Orrery.WebApi.Access;

internal static class SignInScheme
{
    public const string Name = "Orrery";

    /// <summary>The session's cookie: HttpOnly, SameSite=Strict.</summary>
    public const string Cookie = "orrery_session";

    /// <summary>Must be sent with changes that are signed in by cookie: other origins cannot set it without a preflight, which is never answered.</summary>
    public const string RequestHeader = "X-Orrery-Request";

    public const string KeyHeader = "X-Api-Key";

    /// <summary>How the text of an API key begins.</summary>
    public const string KeyPrefix = "ok_";
}
