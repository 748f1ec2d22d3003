using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.WebApi.Intake;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Intake;

/// <summary>The door for own batches, from the socket to the query.</summary>
[Collection(ApiCollection.Name)]
public sealed class SampleDoorTests(ApiHost host)
{
    const string Door = "/api/v1/agent/samples";
    static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Samples_that_were_taken_are_seen_and_sent_again_are_duplicates()
    {
        string body = Batch("door-1", $$"""{"metric":"cpu_usage_percent","labels":{"core":"0"},"samples":[[{{Now - 2_000}},12.5],[{{Now - 1_000}},13]]}""");
        JsonElement first = await SendAsync(body);
        first.GetProperty("accepted").GetInt64().ShouldBe(2);
        first.GetProperty("dropped").GetArrayLength().ShouldBe(0);
        JsonElement again = await SendAsync(body);
        again.GetProperty("accepted").GetInt64().ShouldBe(0);
        again.GetProperty("duplicate").GetInt64().ShouldBe(2);

        JsonElement latest = (await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/door-1/latest?match=cpu_usage_percent")).EnumerateArray().ShouldHaveSingleItem();
        latest.GetProperty("value").GetDouble().ShouldBe(13);
        latest.GetProperty("at").GetInt64().ShouldBe(Now - 1_000);
        latest.GetProperty("labels").GetProperty("core").GetString().ShouldBe("0");
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/servers/acme/berlin/door-1/latest");
    }

    [Fact]
    public async Task Bad_samples_are_dropped_with_their_reasons_and_the_others_are_kept()
    {
        long day = 86_400_000;
        JsonElement outcome = await SendAsync(Batch("door-2", $$"""
            {"metric":"good","samples":[[{{Now - 1_000}},1],[{{Now - 3_000}},2],[{{Now - 2_000}},3]]},
            {"metric":"times","samples":[[{{Now - 4_000 * day}},1],[{{Now + 400 * day}},1],[0,1],[-5,1],[9223372036854775807,1],[{{Now}},1]]},
            {"metric":"values","samples":[[{{Now}},1e999],[{{Now}},"NaN"],[{{Now}},"x"],[{{Now}},true]]},
            {"metric":"bad name","samples":[[{{Now}},1]]},
            {"metric":"labels","labels":{"a-b":"c"},"samples":[[{{Now}},1]]},
            {"metric":"{{new string('n', 10_000)}}","samples":[[{{Now}},1]]}
            """));
        outcome.GetProperty("accepted").GetInt64().ShouldBe(4, outcome.GetRawText());
        outcome.GetProperty("dropped").EnumerateArray().Select(drop => $"{drop.GetProperty("reason").GetString()} {drop.GetProperty("count").GetInt64()}").Order()
            .ShouldBe(["bad_label 1", "bad_name 1", "name_too_long 1", "not_finite 2", "too_new 2", "too_old 3", "wrong_type 2"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Packed_batches_are_unpacked(string encoding)
    {
        string body = Batch($"door-{encoding}", $$"""{"metric":"m","samples":[[{{Now}},1]]}""");
        (await SendAsync(Packed(Encoding.UTF8.GetBytes(body), encoding))).GetProperty("accepted").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Bombs_are_refused_while_they_unpack_and_memory_stays_bounded(string encoding)
    {
        var packed = new MemoryStream();
        byte[] zeros = new byte[1 << 20];
        using (Stream packer = Packer(packed, encoding))
            for (int i = 0; i < 300; i++)
                packer.Write(zeros);
        byte[] bomb = packed.ToArray();
        bomb.Length.ShouldBeLessThan(4 << 20);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            var content = new ByteArrayContent(bomb) { Headers = { ContentType = new("application/json"), ContentEncoding = { encoding } } };
            using HttpResponseMessage answer = await host.AcmeKey.SendAsync(HttpMethod.Post, Door, content);
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.ServiceUnavailable);
            Api.ShouldBeProblem(answer, await answer.Content.ReadAsStringAsync());
        }));
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(128L << 20);
        host.Services.GetRequiredService<SeriesDirectory>().BodyBytes.ShouldBe(0);
    }

    [Fact]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused()
    {
        await host.AcmeKey.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Door, Content("not packed"u8.ToArray(), "gzip"));
        await host.AcmeKey.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Door, Content([1, 2, 3, 255, 254], "br"));
        JsonElement problem = await host.AcmeKey.ExpectAsync(HttpStatusCode.UnsupportedMediaType, HttpMethod.Post, Door, Content("x"u8.ToArray(), "zstd"));
        problem.GetProperty("detail").GetString()!.ShouldContain("gzip, br");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_read()
    {
        byte[] huge = new byte[(16 << 20) + 1];
        try
        {
            await host.AcmeKey.ExpectAsync(HttpStatusCode.RequestEntityTooLarge, HttpMethod.Post, Door, Content(huge, null));
        }
        catch (HttpRequestException broken) when (broken.InnerException is IOException)
        {
            // The server closes the connection while the rest is still being sent; which of the two the client sees is chance.
        }
    }

    [Fact]
    public async Task Malformed_json_is_refused_with_line_and_place()
    {
        JsonElement problem = await host.AcmeKey.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Door, new StringContent("{\"server\":\"s\",\n\"series\":[{\"metric\":oops}]}", null, "application/json"));
        problem.GetProperty("detail").GetString()!.ShouldContain("Line 2");
        problem.GetProperty("errors").TryGetProperty("series[0]", out _).ShouldBeTrue(problem.GetRawText());
    }

    [Fact]
    public async Task A_key_reaches_servers_of_its_own_site_only()
    {
        await host.GlobexKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Door, new StringContent(Batch("door-1", $$"""{"metric":"mine","samples":[[{{Now}},1]]}"""), null, "application/json"));
        (await host.GlobexAdministrator.ReadAsync("/api/v1/servers/globex/york/door-1/metrics")).GetRawText().ShouldContain("mine");
        foreach (string server in new[] { "acme/berlin/door-1", "../../acme/berlin/door-1", "" })
            (await host.GlobexKey.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Door, new StringContent(Batch(server, "{}"), null, "application/json"))).GetProperty("errors").TryGetProperty("server", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Out_of_order_and_repeated_samples_in_one_batch_are_sorted_out()
    {
        JsonElement outcome = await SendAsync(Batch("door-order", $$"""{"metric":"m","samples":[[{{Now - 1_000}},1],[{{Now - 5_000}},2],[{{Now - 1_000}},1],[{{Now - 3_000}},3]]}"""));
        (outcome.GetProperty("accepted").GetInt64() + outcome.GetProperty("duplicate").GetInt64()).ShouldBe(4, outcome.GetRawText());
        outcome.GetProperty("duplicate").GetInt64().ShouldBe(1, outcome.GetRawText());
    }

    [Fact]
    public async Task The_other_doors_of_an_agent_lead_to_what_people_read()
    {
        var at = DateTimeOffset.UtcNow;
        await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/register", new { server = "agent-1", agent = "0.1", hostName = "Agent-1", operatingSystem = "Debian", kernel = "6.1", architecture = "x64", cpuModel = "cpu", cpuCores = 2, memoryBytes = 1L << 30, disks = new[] { new { mount = "/", device = "vda", fileSystem = "ext4", sizeBytes = 1L << 40 } } });
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/processes", new { server = "agent-1", at, total = 3, threads = 9, processes = new[] { new { id = 1, name = "init", cpuPercent = 0.5, residentBytes = 1000, threads = 1, state = "S", command = "init", watched = false } } });
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/databases", new { server = "agent-1", name = "erp", engine = "sqlite", version = "3.40", at, variables = new Dictionary<string, string> { ["page_size"] = "4096" } });
        JsonElement logs = await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/logs", new { server = "agent-1", lines = new[] { new { id = "1", at, level = "error", source = "erp", text = "it broke" }, new { id = "1", at, level = "error", source = "erp", text = "it broke" } } });
        logs.GetProperty("accepted").GetInt32().ShouldBe(1);
        logs.GetProperty("duplicate").GetInt32().ShouldBe(1);

        JsonElement server = await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/agent-1");
        server.GetProperty("registration").GetProperty("disks")[0].GetProperty("mount").GetString().ShouldBe("/");
        server.GetProperty("health").GetProperty("status").ValueKind.ShouldBe(JsonValueKind.String);
        (await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/agent-1/processes")).GetProperty("total").GetInt32().ShouldBe(3);
        (await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/agent-1/databases"))[0].GetProperty("name").GetString().ShouldBe("erp");
        (await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/agent-1/logs?level=error&q=broke"))[0].GetProperty("text").GetString().ShouldBe("it broke");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/servers/acme/berlin/agent-1");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/servers/acme/berlin/agent-1");
    }

    [Theory]
    [InlineData("register", """{"server":"x","cpuCores":"many"}""", "cpuCores")]
    [InlineData("register", """{"hostName":"x"}""", "server")]
    [InlineData("processes", """{"server":"x","at":"yesterday"}""", "at")]
    [InlineData("databases", """{"server":"x","at":"2026-01-01T00:00:00Z"}""", "name")]
    [InlineData("logs", """{"server":"x","lines":[{"id":1}]}""", "lines[0].id")]
    [InlineData("logs", """{"server":"x"}""", "lines")]
    public async Task Wrong_types_at_the_other_doors_are_refused_by_the_field(string door, string body, string field)
    {
        JsonElement problem = await host.AcmeKey.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"/api/v1/agent/{door}", new StringContent(body, null, "application/json"));
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.GetRawText());
    }

    [Fact]
    public async Task A_client_that_stops_sending_is_let_go()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {Door} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {host.AcmeKey.Token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{\"server\""));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        (await reader.ReadLineAsync(patience.Token)).ShouldStartWith("HTTP/1.1 408");
        host.Services.GetRequiredService<SeriesDirectory>().BodyBytes.ShouldBe(0);
    }

    async Task<JsonElement> SendAsync(string body) => await SendAsync(new StringContent(body, null, "application/json"));

    async Task<JsonElement> SendAsync(HttpContent content) => await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Door, content);

    static string Batch(string server, string series) => $$"""{"server":"{{server}}","batch":"b","series":[{{series}}]}""";

    static ByteArrayContent Packed(byte[] data, string encoding)
    {
        var packed = new MemoryStream();
        using (Stream packer = Packer(packed, encoding))
            packer.Write(data);
        return Content(packed.ToArray(), encoding);
    }

    static Stream Packer(Stream packed, string encoding) =>
        encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true);

    static ByteArrayContent Content(byte[] body, string? encoding)
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return content;
    }
}
