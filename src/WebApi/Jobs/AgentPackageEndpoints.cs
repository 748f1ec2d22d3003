using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Jobs;

/// <summary>Packages of agents' versions, as the operator has put them into a folder. Agents check who signed them.</summary>
internal static class AgentPackageEndpoints
{
    const string SignatureHeader = "Orrery-Signature";
    const int SignatureBytesMax = 4 << 10;

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/agent/packages/{version}", Get).WithMetadata(new LongWait()).RequireAuthorization(Policies.SiteKey).Produces<byte[]>(StatusCodes.Status200OK, "application/zip")
            .WithSummary("The package of a version of the agent; its signature stands in the header Orrery-Signature.");

    static async Task<PhysicalFileHttpResult> Get(HttpContext http, IOptions<OrreryApiOptions> options, string version)
    {
        EntityKeys.CheckPart("version", version);
        string? folder = options.Value.AgentPackageDirectory;
        string package = Path.Combine(folder ?? "", version + ".zip"), signature = Path.Combine(folder ?? "", version + ".sig");
        if (folder is null || !File.Exists(package) || !File.Exists(signature) || new FileInfo(signature).Length > SignatureBytesMax)
            throw new NotFoundException($"There is no package of version '{version}': the operator makes it with 'orrery agent pack' and puts {version}.zip and {version}.sig into the folder of packages (Orrery:Api:AgentPackageDirectory).");
        http.Response.Headers[SignatureHeader] = (await File.ReadAllTextAsync(signature, http.RequestAborted)).Trim();
        return TypedResults.PhysicalFile(Path.GetFullPath(package), "application/zip");
    }
}
