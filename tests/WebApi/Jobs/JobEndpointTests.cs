using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Jobs;

/// <summary>Jobs over HTTP: made, started, given to an agent with its key, told of, ended.</summary>
[Collection(ApiCollection.Name)]
public sealed class JobEndpointTests(ApiHost host)
{
    const string Path = "/api/v1/tenants/acme/jobs/carry";

    [Fact]
    public async Task A_job_goes_its_way_and_its_password_is_shown_to_its_agent_alone()
    {
        object spec = new { runsOn = "berlin/erp-01", definition = new { kind = "migrate", from = "mysql://root:verysecret@127.0.0.1:1/shop", to = "postgresql://127.0.0.1:1/shop" } };
        JsonElement made = await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Path, spec);
        (made.GetProperty("state").GetString(), made.GetProperty("kind").GetString()).ShouldBe(("draft", "migrate"));
        made.GetProperty("spec").GetProperty("definition").GetProperty("from").GetString().ShouldBe("mysql://root@127.0.0.1:1/shop");
        (await host.AcmeViewer.ReadAsync("/api/v1/tenants/acme/jobs")).GetRawText().ShouldNotContain("verysecret");

        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Path, spec);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, Path + "/start");
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path);
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, Path, spec, ("If-Match", "\"9\""));
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Path, new { definition = new { kind = "migrate", from = "mysql://elsewhere.example/x", to = "mysql://localhost/x" } });
        await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, Path + "/pause");

        (await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Path + "/start")).GetProperty("state").GetString().ShouldBe("waiting");
        JsonElement none = await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/jobs/take", new { server = "erp-02", waitSeconds = 0 });
        none.GetProperty("lease").ValueKind.ShouldBe(JsonValueKind.Null);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/api/v1/agent/jobs/take", new { server = "erp-01", waitSeconds = 0 });
        JsonElement lease = (await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/jobs/take", new { server = "erp-01", waitSeconds = 5 })).GetProperty("lease");
        lease.GetProperty("definition").GetProperty("from").GetString().ShouldBe("mysql://root:verysecret@127.0.0.1:1/shop");
        long token = lease.GetProperty("token").GetInt64();
        object progress = new { phase = "copying", rows = 5, rowsTotal = 10, bytes = 100, rowsPerSecond = 1.5, secondsLeft = 3.5, table = "many", rejects = 1, tables = new[] { new { table = "many", rows = 5, rowsEstimate = 10, isDone = false } } };
        string beat = "/api/v1/agent/jobs/carry/beat";
        Order(await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, beat, new { server = "erp-01", token, progress, rejects = new[] { "{\"table\":\"many\"}" } })).ShouldBe("goOn");
        Order(await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, beat, new { server = "erp-02", token })).ShouldBe("lost");
        JsonElement running = await host.AcmeViewer.ReadAsync(Path);
        (running.GetProperty("state").GetString(), running.GetProperty("progress").GetProperty("rows").GetInt64(), running.GetProperty("worker").GetString()).ShouldBe(("running", 5, "acme/berlin/erp-01"));
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Path + "/pause");
        Order(await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, beat, new { server = "erp-01", token })).ShouldBe("pause");
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/jobs/carry/end", new { server = "erp-01", token, ending = new { isReleased = true } });
        (await host.AcmeViewer.ReadAsync(Path)).GetProperty("state").GetString().ShouldBe("paused");
        (await host.AcmeViewer.ReadAsync(Path + "/rejects")).GetProperty("lines").GetArrayLength().ShouldBe(1);

        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Path + "/resume");
        lease = (await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/jobs/take", new { server = "erp-01", waitSeconds = 5 })).GetProperty("lease");
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/jobs/carry/end", new { server = "erp-01", token = lease.GetProperty("token").GetInt64(), ending = new { result = new { isGood = true, summary = "All is there.", rows = 10, rejects = 0 } } });
        JsonElement runs = await host.AcmeViewer.ReadAsync(Path + "/runs");
        (runs[0].GetProperty("state").GetString(), runs[0].GetProperty("isGood").GetBoolean(), runs[0].GetProperty("rows").GetInt64()).ShouldBe(("done", true, 10));
        (await host.AcmeViewer.ReadAsync(Path + "/runs/1")).GetProperty("result").GetProperty("summary").GetString().ShouldBe("All is there.");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path + "/runs/1/certificate");
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, Path);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path);
    }

    static string? Order(JsonElement answer) => answer.GetProperty("order").GetString();
}
