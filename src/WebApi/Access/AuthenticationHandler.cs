using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Access;

/// <summary>Reads the bearer token, API key or cookie of a request and finds out whose it is.</summary>
/// <remarks>
/// A request that is signed in by cookie and changes something must carry <see cref="SignInScheme.RequestHeader"/>; without it the request
/// counts as not signed in, because another site's page may have sent it.
/// </remarks>
internal sealed class AuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, SignIn signIn, FailedSignIns failures)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ReadCredential(Request, out bool byCookie) is not { } credential)
            return AuthenticateResult.NoResult();
        if (byCookie && Changes(Request.Method) && Request.Headers[SignInScheme.RequestHeader] != "1")
            return Refuse(StatusCodes.Status403Forbidden, $"A change that is signed in by cookie needs the header {SignInScheme.RequestHeader}: 1.");
        if (failures.AreTooMany(Context))
            return Refuse(StatusCodes.Status429TooManyRequests, "Too many wrong passwords, tokens or keys came from this address. Wait a minute.");
        if (await signIn.FindAsync(credential) is not { } caller)
        {
            failures.Count(Context);
            return Refuse(StatusCodes.Status401Unauthorized, "The token or key is unknown, has expired or was revoked.");
        }
        return AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var reason = Context.Features.Get<Refusal>() ?? new Refusal(StatusCodes.Status401Unauthorized, "Sign in first: POST /api/v1/session, or send a site's key.");
        Context.Features.Set(reason);
        Response.StatusCode = reason.Status;
        if (reason.Status == StatusCodes.Status401Unauthorized)
            Response.Headers.WWWAuthenticate = "Bearer";
        if (reason.Status == StatusCodes.Status429TooManyRequests)
            Response.Headers.RetryAfter = "60";
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        string who = Context.User is CallerPrincipal { Caller: { } caller } ? caller.User is { } user ? $"role {JsonText.CamelCase(user.Role.ToString())}" : "a site's key" : "the caller";
        Context.Features.Set(new Refusal(StatusCodes.Status403Forbidden, $"This is not for {who}."));
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    /// <summary>The token or key that a request carries, or null.</summary>
    public static string? ReadCredential(HttpRequest request, out bool byCookie)
    {
        byCookie = false;
        string? authorization = request.Headers[HeaderNames.Authorization];
        if (authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        if ((string?)request.Headers[SignInScheme.KeyHeader] is { Length: > 0 } key)
            return key;
        byCookie = request.Cookies.TryGetValue(SignInScheme.Cookie, out string? cookie) && cookie.Length > 0;
        return byCookie ? cookie : null;
    }

    AuthenticateResult Refuse(int status, string detail)
    {
        Context.Features.Set(new Refusal(status, detail));
        return AuthenticateResult.Fail(detail);
    }

    static bool Changes(string method) => !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));
}
