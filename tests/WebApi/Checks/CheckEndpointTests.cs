using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Checks;

/// <summary>Checks over HTTP: made, run, read, without their secret.</summary>
[Collection(ApiCollection.Name)]
public sealed class CheckEndpointTests(ApiHost host)
{
    const string Path = "/api/v1/tenants/acme/checks/nightly";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_check_is_made_and_run_and_its_connection_is_never_shown()
    {
        object spec = new { kind = "mysql", connection = "Server=127.0.0.1;Port=1;User ID=someone;Password=not to be told", at = "03:30", timeZone = "Asia/Shanghai" };
        JsonElement made = await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Path, spec);
        made.GetProperty("hasConnection").GetBoolean().ShouldBeTrue();
        made.GetProperty("spec").GetProperty("connection").ValueKind.ShouldBe(JsonValueKind.Null);
        made.GetProperty("nextAt").GetDateTimeOffset().Minute.ShouldBe(30);
        (await host.AcmeViewer.ReadAsync("/api/v1/tenants/acme/checks")).EnumerateArray().Select(static check => check.GetProperty("id").GetString()).ShouldContain("nightly");

        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Path, spec);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, Path + "/runs");
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path);
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, Path, spec, ("If-Match", "\"9\""));
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Path, new { kind = "mysql", connection = "Server=elsewhere.example" });

        long number = (await host.Operator.ExpectAsync(HttpStatusCode.Accepted, HttpMethod.Post, Path + "/runs")).GetProperty("number").GetInt64();
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        JsonElement runs;
        while ((runs = await host.AcmeViewer.ReadAsync(Path + "/runs?limit=5")).GetArrayLength() == 0)
            await looks.WaitForNextTickAsync(late.Token);
        (runs[0].GetProperty("number").GetInt64(), runs[0].GetProperty("outcome").GetString()).ShouldBe((number, "failed"));
        runs.GetRawText().ShouldNotContain("not to be told");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path + "/runs/99");
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, Path);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path);
    }
}
