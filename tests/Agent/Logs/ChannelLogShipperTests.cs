using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orrery.Agent.Logs;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Tests.Logs;

public sealed class ChannelLogShipperTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_goes_as_its_manifest_and_the_very_bytes_of_its_object_behind_it()
    {
        using var site = new Following();
        site.Write("app.log", "订单 1\n订单 2\n");
        await site.Look();
        OutboxBatch batch = site.Batches[0];
        var cloud = new Cloud(new HttpResponseMessage(HttpStatusCode.OK));
        using var http = new HttpClient(cloud);
        await new ChannelLogShipper(http, new Uri("https://cloud.example/orrery/"), "ok_1_secret", "erp-logs").ShipAsync(batch, Stop);
        cloud.Address.ShouldBe("https://cloud.example/orrery/api/v1/agent/channels/erp-logs/batches");
        cloud.Key.ShouldBe("Bearer ok_1_secret");
        byte[] manifest = batch.Manifest.ToBytes();
        cloud.Body[..manifest.Length].ShouldBe(manifest);
        cloud.Body[manifest.Length..].ShouldBe(batch.Content.ToArray());
        LogObjectReader.Lines(LogObjectManifest.Read(manifest, "the manifest"), cloud.Body[manifest.Length..], "the content").Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refusal_says_the_clouds_words_and_how_long_to_wait_and_no_answer_is_an_error_that_may_pass()
    {
        using var site = new Following();
        site.Write("app.log", "one\n");
        await site.Look();
        var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("""{"detail":"The server is busy. Try again."}""", Encoding.UTF8, "application/problem+json") };
        busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7));
        using var refusing = new HttpClient(new Cloud(busy));
        LogRefusedException refused = await Should.ThrowAsync<LogRefusedException>(async () => await new ChannelLogShipper(refusing, new Uri("https://cloud.example"), "key", "erp").ShipAsync(site.Batches[0], Stop));
        refused.Message.ShouldBe("Channel 'erp' did not take batch 1: 503, The server is busy. Try again.");
        refused.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));

        using var away = new HttpClient(new Cloud(new HttpRequestException("no route")));
        (await Should.ThrowAsync<IOException>(async () => await new ChannelLogShipper(away, new Uri("https://cloud.example"), "key", "erp").ShipAsync(site.Batches[0], Stop))).Message.ShouldContain("no route");
    }

    [Fact]
    public async Task A_folder_keeps_the_name_that_its_batches_went_under()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-origin-");
        (await LogOutbox.OpenAsync(folder.FullName, "erp-1", TimeProvider.System, Stop)).Dispose();
        (await Should.ThrowAsync<IOException>(async () => await LogOutbox.OpenAsync(folder.FullName, "erp-2", TimeProvider.System, Stop))).Message.ShouldContain("'erp-1'");
        (await LogOutbox.OpenAsync(folder.FullName, "erp-1", TimeProvider.System, Stop)).Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void What_a_channel_would_refuse_is_refused_before_the_agent_starts()
    {
        Errors(new LogChannelOptions { Destination = new LogDestination { Channel = "erp", Folder = "/tmp" } }).ShouldContain("2 stores");
        Errors(new LogChannelOptions { Destination = new LogDestination { Channel = "ERP/1" } }).ShouldContain("no id");
        Errors(new LogChannelOptions { Destination = new LogDestination { Channel = "erp" }, Origin = "north/erp" }).ShouldContain("site and server by themselves");
        Errors(new LogChannelOptions { Destination = new LogDestination { Channel = "erp" }, BatchBytesMax = 16 << 20 }).ShouldContain("batchBytesMax");
        Errors(new LogChannelOptions { Destination = new LogDestination { Channel = "erp", NewestLines = false } }).ShouldBeEmpty();
    }

    static string Errors(LogChannelOptions options)
    {
        var errors = new List<string>();
        options.Validate(errors);
        return string.Join("; ", errors);
    }

    /// <summary>The other end, as it answers.</summary>
    sealed class Cloud : HttpMessageHandler
    {
        readonly HttpResponseMessage? answer;
        readonly Exception? failure;

        public Cloud(HttpResponseMessage answer) => this.answer = answer;

        public Cloud(Exception failure) => this.failure = failure;

        public string Address { get; private set; } = "";

        public string Key { get; private set; } = "";

        public byte[] Body { get; private set; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (Address, Key) = (request.RequestUri!.ToString(), request.Headers.Authorization!.ToString());
            Body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            return answer ?? throw failure!;
        }
    }
}
