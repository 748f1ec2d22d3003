using System.Text;
using Orrery.Agent.Logs;
using Orrery.Client;
using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;
using Orrery.Log;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Logs;

public sealed class LogChannelTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_in_a_bucket_are_found_in_order_and_show_the_receipt_of_their_records()
    {
        await using S3Host host = await S3Host.Start();
        using var store = new S3ObjectStore(new S3Options { Endpoint = host.Url, Region = S3Host.Region, Bucket = S3Host.Bucket, AccessKey = S3Host.AccessKey, SecretKey = S3Host.SecretKey, PathStyle = true, RetriesMax = 1 });
        using var site = new Following();
        var shipper = new ObjectLogShipper(store, "logs");
        for (int round = 0; round < 3; round++)
        {
            site.Write("app.log", $"round {round}\n订单\n");
            await site.Look();
        }

        foreach (OutboxBatch batch in site.Batches)
        {
            await shipper.ShipAsync(batch, Stop);
            await shipper.ShipAsync(batch, Stop);
        }

        var reader = new LogObjectReader(store, "logs");
        string origin = await reader.OriginsAsync(Stop).SingleAsync(), incarnation = await reader.IncarnationsAsync(origin, Stop).SingleAsync();
        origin.ShouldBe("server-1");
        var texts = new List<string>();
        await foreach (LogObjectManifest manifest in reader.BatchesAsync(origin, incarnation, 0, Stop))
        {
            IReadOnlyList<ReadOnlyMemory<byte>> lines = await reader.LinesAsync(manifest, Stop);
            LogRecord[] records = [.. lines.Select(line => (Bytes: line, Line: ShippedLine.Parse(line.Span))).Select(pair => new LogRecord(Encoding.UTF8.GetBytes(pair.Line.File), pair.Bytes, pair.Line.TimestampMilliseconds))];
            LogReceipt receipt = LogReceipt.Of(records);
            (receipt.Records, receipt.Bytes, receipt.Hash, receipt.FirstMilliseconds, receipt.LastMilliseconds).ShouldBe((manifest.Sum.Records, manifest.Sum.Bytes, manifest.Sum.Hash, manifest.Sum.FirstMilliseconds, manifest.Sum.LastMilliseconds));
            receipt.LastMilliseconds.ShouldBeLessThanOrEqualTo(manifest.CompleteMilliseconds);
            texts.AddRange(lines.Select(line => ShippedLine.Parse(line.Span).Text));
        }

        texts.ShouldBe(site.Texts);
        (await reader.BatchesAsync(origin, incarnation, 2, Stop).SingleAsync()).Sequence.ShouldBe(3);
        LogObjectManifest second = await reader.BatchesAsync(origin, incarnation, 1, Stop).FirstAsync();
        await reader.DeleteAsync(second, Stop);
        (await reader.BatchesAsync(origin, incarnation, 0, Stop).CountAsync()).ShouldBe(1, "beyond a missing batch nothing is taken");
        string damaged = second.ObjectNameUnder("logs").Replace("002.", "003.");
        host.Objects[damaged].Content[20] ^= 1;
        await Should.ThrowAsync<Orrery.Connectors.Landing.LandingDamageException>(async () => await reader.LinesAsync(site.Batches[2].Manifest, Stop));
    }

    [Fact]
    public async Task Two_agents_on_copies_of_one_folder_are_found_out()
    {
        using var ground = new TestDirectory();
        using var store = new FolderObjectStore(ground.Path, TimeProvider.System);
        using Following site = new();
        site.Write("app.log", "one\n");
        await site.Look();
        OutboxBatch batch = site.Batches.Single();
        var shipper = new ObjectLogShipper(store, "");
        await shipper.ShipAsync(batch, Stop);
        var other = new OutboxBatch(batch.Manifest with { CompleteMilliseconds = 1 }, batch.Content);
        (await Should.ThrowAsync<ObjectStoreException>(async () => await shipper.ShipAsync(other, Stop))).Message.ShouldContain("two agents");
        await Should.ThrowAsync<IOException>(async () => await LogChannel.OpenAsync(site.Options, "server-1", [], site.Time, _ => { }, Stop));
    }

    [Fact]
    public async Task While_the_cloud_is_away_batches_wait_on_disk_up_to_the_bound_and_then_files_wait()
    {
        using var site = new Following(options: options => options with { BatchBytesMax = 4096, OutboxBytesMax = 16 << 10 });
        site.Away = true;
        var random = new Random(1);
        byte[] noise = new byte[60];
        string[] lines = [.. Enumerable.Range(0, 2000).Select(i => { random.NextBytes(noise); return $"{i} {Convert.ToBase64String(noise)}"; })];
        site.Write("app.log", string.Join('\n', lines) + "\n");
        for (int i = 0; i < 60; i++)
            await site.Look();
        int waiting = site.Channel.Waiting;
        await site.Look();
        site.Channel.Waiting.ShouldBe(waiting);
        site.Notices.ShouldContain(notice => notice.Kind == LogNoticeKind.OutboxFull);
        site.Crash();
        site.Channel.Waiting.ShouldBe(waiting);
        site.Away = false;
        for (int i = 0; i < 200 && site.Lines.Count < lines.Length; i++)
            await site.Look();
        site.Texts.ShouldBe(lines);
    }

    [Fact]
    public async Task A_long_file_is_read_in_rounds_without_a_wait_between_them()
    {
        using var site = new Following();
        string[] lines = [.. Enumerable.Range(0, 60_000).Select(i => $"line {i} {new string('x', 60)}")];
        site.Write("app.log", string.Join('\n', lines) + "\n");
        int rounds = 1;
        while (await site.Channel.ReadOnceAsync(Stop))
            rounds++;
        rounds.ShouldBeGreaterThan(1);
        await site.Channel.CloseBatchAsync(Stop);
        await site.Ship();
        site.Texts.ShouldBe(lines);
    }

    [Fact]
    public async Task A_quiet_origin_says_once_that_its_last_window_is_complete()
    {
        using var site = new Following();
        site.Write("app.log", "one\n");
        await site.Look();
        for (int i = 0; i < 10; i++)
            await site.Look(60);
        site.Batches.Select(batch => batch.Manifest.Sum.Records).ShouldBe([1, 0]);
        (site.Batches[1].Manifest.CompleteMilliseconds - site.Batches[0].Manifest.CompleteMilliseconds).ShouldBeGreaterThanOrEqualTo(90_000);
        site.Write("app.log", "two\n");
        await site.Look();
        site.Lines[1].TimestampMilliseconds.ShouldBeGreaterThanOrEqualTo(site.Batches[1].Manifest.CompleteMilliseconds);
    }

    [Fact]
    public async Task Timestamps_never_fall_although_the_clock_does()
    {
        using var site = new Following();
        site.Write("app.log", "one\n");
        await site.Look();
        site.Crash();
        site.Time.Pass(-3600);
        site.Write("app.log", "two\n");
        await site.Look();
        site.Lines[1].TimestampMilliseconds.ShouldBeGreaterThanOrEqualTo(site.Batches[0].Manifest.CompleteMilliseconds);
    }

    [Fact]
    public async Task Straight_to_the_API_lines_keep_their_ids_and_a_batch_given_twice_arrives_once()
    {
        await using DoorHost door = await DoorHost.Start();
        using var buffer = new TestDirectory();
        using var client = new OrreryClient(new OrreryClientOptions { Url = door.Url, Key = "ok_a_b", Server = "server-1", BufferDirectory = buffer.Path });
        using Following site = new();
        site.Write("app.log", string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i} 订单\n")));
        await site.Look();
        var shipper = new ApiLogShipper(client);
        await shipper.ShipAsync(site.Batches.Single(), Stop);
        await shipper.ShipAsync(site.Batches.Single(), Stop);
        await door.Until(() => door.Lines.Count == 3000 && door.DuplicateLines == 3000, "3000 lines, each twice");
    }

    [Fact]
    public void Wrong_options_are_all_named()
    {
        var errors = new List<string>();
        new LogChannelOptions
        {
            Sources = [new LogSource { Name = "", Paths = ["relative/*.log"], Encoding = "ebcdic", Start = "(" }, new LogSource { Name = "b" }, new LogSource { Name = "b" }],
            BatchRecordsMax = 0,
        }.Validate(errors);
        string all = string.Join('\n', errors);
        foreach (string part in new[] { "name ''", "not absolute", "ebcdic", "regular expression", "two log sources", "folder", "0 paths", "batchRecordsMax" })
            all.ShouldContain(part);
    }
}
