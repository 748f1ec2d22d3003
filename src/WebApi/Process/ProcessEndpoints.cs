using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Process;

/// <summary>What tells whether the process lives and can work, and the API's own description.</summary>
internal static class ProcessEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/healthz", Live).RequireAuthorization(Policies.Open).WithMetadata(new Unlimited()).WithSummary("The process runs.");
        app.MapGet("/readyz", Ready).RequireAuthorization(Policies.Open).WithMetadata(new Unlimited()).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The process answers calls to grains.");
        app.MapOpenApi($"/openapi/{ApiDocument.Name}.json").RequireAuthorization(Policies.SignedInOrLocal);
    }

    static ProcessState Live() => new("live");

    static async Task<ProcessState> Ready(Readiness readiness)
    {
        await readiness.CheckAsync();
        return new ProcessState("ready");
    }
}

/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
internal sealed record ProcessState(string Status);
