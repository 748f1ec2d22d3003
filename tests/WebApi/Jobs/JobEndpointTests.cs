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

    [Fact]
    public async Task The_password_of_a_split_jobs_target_never_comes_to_its_agent_and_a_stale_lease_does_not_reach_it()
    {
        const string Split = "/api/v1/tenants/acme/jobs/split", Target = "/api/v1/agent/jobs/split/target/0";
        object definition = new { kind = "migrate", from = "mysql://root:ofsource@127.0.0.1:1/shop", to = "postgresql://writer:oftarget@127.0.0.1:1/shop" };
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Split, new { isSplit = true, definition });
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Split, new { isSplit = true, runsOn = "berlin/erp-03", definition = new { kind = "migrate", follow = true, from = "mysql://a@127.0.0.1:1/x", to = "postgresql://127.0.0.1:1/x" } });
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Split, new { isSplit = true, runsOn = "berlin/erp-03", definition = new { kind = "migrate", from = "mysql://a@127.0.0.1:1/x", to = "postgresql://elsewhere.example/x" } });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Split, new { isSplit = true, runsOn = "berlin/erp-03", definition });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Split + "/start");
        JsonElement lease = (await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/jobs/take", new { server = "erp-03", waitSeconds = 5 })).GetProperty("lease");
        lease.GetProperty("isSplit").GetBoolean().ShouldBeTrue();
        lease.GetRawText().ShouldContain("ofsource");
        lease.GetRawText().ShouldNotContain("oftarget");
        lease.GetProperty("definition").GetProperty("to").GetString().ShouldBe("postgresql://writer@127.0.0.1:1/shop");
        long token = lease.GetProperty("token").GetInt64();
        // A part of a session that was never opened.
        (await SendAsync($"{Target}?server=erp-03&token={token}", [1, 0, 0, 0, 0, 0, 0, 0, 2])).ShouldBe((HttpStatusCode.OK, 4));
        (await SendAsync($"{Target}?server=erp-03&token={token}", [1])).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync($"{Target}?server=erp-03&token={token - 1}", [0, 0, 0, 0, 0, 0, 0, 0, 1])).Status.ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync($"{Target}?server=erp-02&token={token}", [0, 0, 0, 0, 0, 0, 0, 0, 1])).Status.ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync($"/api/v1/agent/jobs/split/target/128?server=erp-03&token={token}", [0, 0, 0, 0, 0, 0, 0, 0, 1])).Status.ShouldBe(HttpStatusCode.BadRequest);
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/jobs/split/end", new { server = "erp-03", token, ending = new { error = "enough" } });
        (await SendAsync($"{Target}?server=erp-03&token={token}", [0, 0, 0, 0, 0, 0, 0, 0, 1])).Status.ShouldBe(HttpStatusCode.Conflict);
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, Split);
    }

    [Fact]
    public async Task A_DataX_file_is_a_job_whose_passwords_are_hidden_whose_mistakes_are_named_with_their_place_and_which_stays_where_it_is_sent_as_shown()
    {
        const string DataX = "/api/v1/tenants/acme/jobs/datax";
        object File(string reader) => new
        {
            job = new
            {
                setting = new { speed = new { channel = 1 } },
                content = new[]
                {
                    new
                    {
                        reader = (object)new { name = reader, parameter = new { username = "u", password = "verysecret", column = new[] { "*" }, connection = new[] { new { jdbcUrl = new[] { "jdbc:mysql://127.0.0.1:1/shop" }, table = new[] { "t" } } } } },
                        writer = (object)new { name = "streamwriter", parameter = new { print = false } },
                    },
                },
            },
        };
        JsonElement refused = await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, DataX, new { runsOn = "berlin/erp-04", definition = new { kind = "datax", file = File("oraclereader") } });
        refused.GetRawText().ShouldSatisfyAllConditions(text => text.ShouldContain("$.job.content[0].reader"), text => text.ShouldContain("oraclereader"), text => text.ShouldNotContain("verysecret"));
        JsonElement made = await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, DataX, new { runsOn = "berlin/erp-04", definition = new { kind = "datax", file = File("mysqlreader"), define = new { day = "2024-05-06" } } });
        JsonElement shown = made.GetProperty("spec").GetProperty("definition");
        shown.GetRawText().ShouldSatisfyAllConditions(text => text.ShouldNotContain("verysecret"), text => text.ShouldNotContain("2024-05-06"), text => text.ShouldContain("mysqlreader"));
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, DataX, new { description = "Nightly", runsOn = "berlin/erp-04", definition = shown });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, DataX + "/start");
        JsonElement lease = (await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/jobs/take", new { server = "erp-04", waitSeconds = 5 })).GetProperty("lease");
        lease.GetProperty("definition").GetProperty("file").GetProperty("job").GetProperty("content")[0].GetProperty("reader").GetProperty("parameter").GetProperty("password").GetString().ShouldBe("verysecret");
        lease.GetProperty("definition").GetProperty("define").GetProperty("day").GetString().ShouldBe("2024-05-06");
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/jobs/datax/end", new { server = "erp-04", token = lease.GetProperty("token").GetInt64(), ending = new { result = new { isGood = true, summary = "All is there.", rows = 10, rejects = 0 } } });
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, DataX);
    }

    async Task<(HttpStatusCode Status, int State)> SendAsync(string path, byte[] part)
    {
        using var content = new ByteArrayContent(part);
        content.Headers.ContentType = new("application/octet-stream");
        using HttpResponseMessage answer = await host.AcmeKey.SendAsync(HttpMethod.Post, path, content);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? bytes[0] : -1);
    }

    static string? Order(JsonElement answer) => answer.GetProperty("order").GetString();
}
