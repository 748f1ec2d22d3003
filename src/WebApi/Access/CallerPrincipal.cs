using System.Security.Claims;

namespace Orrery.WebApi.Access;

/// <summary>The caller in the shape that ASP.NET carries through a request.</summary>
internal sealed class CallerPrincipal(CallerIdentity caller)
    : ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], SignInScheme.Name))
{
    public CallerIdentity Caller { get; } = caller;
}
