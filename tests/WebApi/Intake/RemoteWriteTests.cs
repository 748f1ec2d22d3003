using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.WebApi.Intake;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Intake;

/// <summary>Prometheus remote-write, from the socket to the query.</summary>
[Collection(ApiCollection.Name)]
public sealed class RemoteWriteTests(ApiHost host)
{
    const string Door = "/api/v1/prometheus/write";
    static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1_000 * 1_000;

    [Fact]
    public async Task Samples_that_were_taken_are_seen_in_queries()
    {
        byte[] body = new WriteRequest()
            .Series([("__name__", "rw_load"), ("instance", "rw-1:9100"), ("job", "node")], Enumerable.Range(0, 20).Select(i => (Now - (20 - i) * 1_000, i / 4.0)))
            .Series([("__name__", "rw_load"), ("instance", "rw-2:9100"), ("job", "node")], (Now - 1_000, 7))
            .ToArray();
        using HttpResponseMessage answer = await SendAsync(SnappyBlock.Pack(body));
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        answer.Headers.Contains("X-Orrery-Dropped").ShouldBeFalse();

        JsonElement series = await host.AcmeViewer.ReadAsync($"/api/v1/metrics/query?match=rw_load&server=acme/berlin/rw-1&from={Now - 20_000}&to={Now - 1_000}&step=1000&fn=last");
        series.GetProperty("points").GetInt32().ShouldBe(20);
        JsonElement only = series.GetProperty("series").EnumerateArray().ShouldHaveSingleItem();
        only.GetProperty("labels").GetProperty("server").GetString().ShouldBe("acme/berlin/rw-1");
        only.GetProperty("labels").GetProperty("instance").GetString().ShouldBe("rw-1:9100");
        only.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ShouldBe(Enumerable.Range(0, 20).Select(i => i / 4.0));

        JsonElement both = await host.AcmeViewer.ReadAsync($"/api/v1/metrics/query?match=rw_load%7Bjob%3D~%22no.%2A%22%7D&match=rw_load&tenant=acme&from={Now - 20_000}&to={Now}&step=5s");
        both.GetProperty("series").EnumerateArray().Select(item => item.GetProperty("labels").GetProperty("server").GetString()).ShouldBe(["acme/berlin/rw-1", "acme/berlin/rw-2"]);
        (await host.GlobexAdministrator.ReadAsync($"/api/v1/metrics/query?match=rw_load&from={Now - 20_000}&to={Now}&step=5s")).GetProperty("series").GetArrayLength().ShouldBe(0);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Get, $"/api/v1/metrics/query?match=rw_load&tenant=acme&limit=1&from={Now - 20_000}&to={Now}&step=5s");
    }

    [Fact]
    public async Task What_cannot_be_taken_is_counted_and_the_rest_is_kept()
    {
        using HttpResponseMessage some = await SendAsync(SnappyBlock.Literals(new WriteRequest()
            .Series([("__name__", "rw_some"), ("instance", "rw-3")], (Now, 1), (Now + 1, double.NaN), (5, 1))
            .Series([("instance", "rw-3")], (Now, 1))
            .ToArray()));
        some.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        some.Headers.GetValues("X-Orrery-Dropped").ShouldBe(["3"]);
        using HttpResponseMessage none = await SendAsync(SnappyBlock.Literals(new WriteRequest().Series([("instance", "rw-3")], (Now, 1)).ToArray()));
        none.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        Api.ShouldBeProblem(none, await none.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_of_another_kind_is_refused()
    {
        byte[] body = SnappyBlock.Literals(new WriteRequest().ToArray());
        using HttpResponseMessage second = await SendAsync(body, "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        second.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using HttpResponseMessage first = await SendAsync(body, "application/x-protobuf;proto=prometheus.WriteRequest");
        first.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using HttpResponseMessage json = await SendAsync(body, "application/json");
        json.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using HttpResponseMessage packed = await SendAsync(body, encoding: "gzip");
        packed.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using HttpResponseMessage plain = await SendAsync(body, encoding: null);
        plain.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0 }, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x10, 0 }, HttpStatusCode.BadRequest)]
    [InlineData(new byte[] { 5, 0, 1 }, HttpStatusCode.BadRequest)]
    [InlineData(new byte[] { 2, 4, 10, 200 }, HttpStatusCode.BadRequest)]
    [InlineData(new byte[0], HttpStatusCode.BadRequest)]
    public async Task Broken_bodies_are_refused_and_hold_no_memory(byte[] body, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await SendAsync(body);
        string text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        Api.ShouldBeProblem(answer, text);
        host.Services.GetRequiredService<SeriesDirectory>().BodyBytes.ShouldBe(0);
    }

    async Task<HttpResponseMessage> SendAsync(byte[] body, string type = "application/x-protobuf", string? encoding = "snappy")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return await host.AcmeKey.SendAsync(HttpMethod.Post, Door, content);
    }
}
