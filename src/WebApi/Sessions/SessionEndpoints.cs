using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Users;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Sessions;

/// <summary>Sign-in and sign-out of people.</summary>
internal static class SessionEndpoints
{
    const int PasswordLengthMax = 1_000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/session", Open).RequireAuthorization(Policies.Open).WithSummary("Signs in; sets the cookie and answers the token.");
        api.MapGet("/session", Get).RequireAuthorization(Policies.Person).WithSummary("Who is signed in.");
        api.MapDelete("/session", End).RequireAuthorization(Policies.Person).WithSummary("Signs out.");
        api.MapPost("/session/password", ChangePassword).RequireAuthorization(Policies.Person).WithSummary("Changes the own password.");
    }

    static async Task<SessionView> Open(SignInBody body, HttpContext http, SignIn signIn, FailedSignIns failures)
    {
        if (string.IsNullOrEmpty(body.User) || string.IsNullOrEmpty(body.Password) || body.Password.Length > PasswordLengthMax)
            throw new InvalidInputException(string.IsNullOrEmpty(body.User) ? "user" : "password", $"Give a user and a password of 1 to {PasswordLengthMax} characters.");
        if (failures.AreTooMany(http))
            throw new RefusedException(StatusCodes.Status429TooManyRequests, "Too many wrong passwords, tokens or keys came from this address. Wait a minute.");
        SessionInfo? session;
        try
        {
            session = await signIn.OpenAsync(body.User.Trim().ToLowerInvariant(), body.Password, http.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        }
        catch (LimitReachedException tooOften)
        {
            http.Response.Headers.RetryAfter = "60";
            throw new RefusedException(StatusCodes.Status429TooManyRequests, tooOften.Message);
        }
        if (session is null)
        {
            failures.Count(http);
            throw new RefusedException(StatusCodes.Status401Unauthorized, "User or password is wrong.");
        }
        http.Features.Set(new AuditNote(User: session.User.Name));
        http.Response.Cookies.Append(SignInScheme.Cookie, session.Token, CookieOf(http, session.ExpiresAt));
        return new SessionView(session.Token, session.ExpiresAt, session.User);
    }

    static UserInfo Get(Caller caller) => caller.Identity.User!;

    static async Task<NoContent> End(HttpContext http, SignIn signIn)
    {
        await signIn.EndAsync(AuthenticationHandler.ReadCredential(http.Request, out _)!);
        http.Response.Cookies.Delete(SignInScheme.Cookie, CookieOf(http, null));
        return TypedResults.NoContent();
    }

    static async Task<NoContent> ChangePassword(PasswordChangeBody body, HttpContext http, Caller caller, SignIn signIn)
    {
        if (string.IsNullOrEmpty(body.Current) || string.IsNullOrEmpty(body.Next) || body.Next.Length > PasswordLengthMax || body.Current.Length > PasswordLengthMax)
            throw new InvalidInputException("next", $"Give the current password and the next one, of at most {PasswordLengthMax} characters.");
        await caller.Self.ChangePassword(body.Current, body.Next);
        signIn.Forget(AuthenticationHandler.ReadCredential(http.Request, out _)!);
        return TypedResults.NoContent();
    }

    static CookieOptions CookieOf(HttpContext http, DateTimeOffset? expiresAt) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", Expires = expiresAt, IsEssential = true };
}

internal sealed record SignInBody(string User, string Password);

internal sealed record PasswordChangeBody(string Current, string Next);

internal sealed record SessionView(string Token, DateTimeOffset ExpiresAt, UserInfo User);
