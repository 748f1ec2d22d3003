using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.Landing;

public sealed class FileLanderTests : IDisposable
{
    readonly TestDirectory folder = new();
    readonly FolderObjectStore store;

    public FileLanderTests() => store = new FolderObjectStore(folder.Path, TimeProvider.System);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(LandingEncoding.JsonLines)]
    [InlineData(LandingEncoding.Csv)]
    public async Task Every_record_comes_back_exactly_with_its_hash_whatever_bytes_it_holds(LandingEncoding encoding)
    {
        List<LandingRecord> records = Landings.Make(7, 3000);
        using FileLander lander = await Open(store, Options(encoding), attempt: 1, next: 0);
        LandingManifest first = await lander.LandAsync(records.Take(1000), Stop);
        LandingManifest second = await lander.LandAsync(records.Skip(1000), Stop, records[^1].Offset + 100);
        (first.To, second.From, lander.Next).ShouldBe((records[999].Offset + 1, first.To, records[^1].Offset + 100));
        (first.Sum + second.Sum).ShouldBe(Landings.Sum(records));
        var reader = new ManifestReader(store, "orders", 3, Landings.Hash);
        (await reader.AllAsync(Stop)).ShouldBeExactly(records);
        (await reader.VerifyAsync(second, Stop)).ShouldBe(second.Sum);
        foreach (LandingFile file in first.Files.Concat(second.Files))
            file.Name.ShouldMatch(@"^orders/day=2026-11-2\d/hour=\d\d/part-00003-\d{20}-\d{20}\.(jsonl|csv)\.gz$");
        (await store.NamesAsync("orders/_pending", Stop)).ShouldBeEmpty();
        (await store.NamesAsync("orders/day=", Stop)).Order().ShouldBe(first.Files.Concat(second.Files).Select(file => file.Name).Order());
    }

    [Fact]
    public async Task Windows_add_up_to_the_commit_and_are_those_of_origin_and_stamp()
    {
        List<LandingRecord> records = Landings.Make(9, 800);
        records.Add(records[^1] with { Offset = records[^1].Offset + 1, TimestampMilliseconds = -1 });
        using FileLander lander = await Open(store, Options(), attempt: 1, next: 0);
        LandingManifest manifest = await lander.LandAsync(records, Stop);
        manifest.Windows.Aggregate(LandingSum.Empty, (sum, window) => sum + window.Sum).ShouldBe(manifest.Sum);
        foreach (var group in records.GroupBy(record => (record.Origin, Stamp: (long)Math.Floor(record.TimestampMilliseconds / 60_000.0))))
            manifest.Windows.Single(window => window.Origin == group.Key.Origin && window.Stamp == group.Key.Stamp).Sum.ShouldBe(Landings.Sum(group));
    }

    [Fact]
    public async Task A_crash_at_any_step_leaves_the_whole_commit_or_nothing_and_the_replay_gives_the_same_names()
    {
        List<LandingRecord> records = Landings.Make(11, 60, hours: 2);
        LandingRecord[][] commits = [[.. records.Take(30)], [.. records.Skip(30)]];
        string[] expectedFiles = await WholeRun(commits);
        for (int step = 0, crashes = 0; ; step++)
        {
            foreach (bool doesTheLast in (bool[])[false, true])
            {
                using var ground = new TestDirectory();
                using var lake = new FolderObjectStore(ground.Path, TimeProvider.System);
                using var crashing = new CrashingStore(lake, step, doesTheLast);
                int acknowledged = await RunUntilCrash(crashing, commits);
                await ReadersSeeWholeCommits(lake, commits, acknowledged);
                if (!crashing.Crashed)
                {
                    crashes.ShouldBeGreaterThanOrEqualTo(20, "the run has more steps than that");
                    return;
                }

                crashes++;
                await Continue(lake, commits, acknowledged);
                string.Join("\n", await lake.NamesAsync("orders/day=", Stop)).ShouldBe(string.Join("\n", expectedFiles), $"after a crash at change {step}");
                using (await Open(lake, Options(), attempt: 3, next: records[^1].Offset + 1))
                    (await lake.NamesAsync("orders/_pending", Stop)).ShouldBeEmpty("the next opening removes what a crash left of places that are taken by now");
                (await new ManifestReader(lake, "orders", 3, Landings.Hash).AllAsync(Stop)).ShouldBeExactly(records);
            }
        }
    }

    [Fact]
    public async Task Of_two_owners_one_commits_and_the_other_is_told_and_leaves_no_trace()
    {
        List<LandingRecord> records = Landings.Make(13, 100);
        using FileLander old = await Open(store, Options(), attempt: 1, next: 0), young = await Open(store, Options(), attempt: 2, next: 0);
        foreach (LandingRecord record in records.Take(60))
            old.TryAdd(record).ShouldBeTrue();
        LandingManifest won = await young.LandAsync(records.Take(40), Stop);
        var conflict = await Should.ThrowAsync<LandingConflictException>(async () => await old.CommitAsync(records[59].Offset + 1, Stop));
        conflict.Existing.SaysTheSameAs(won).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => old.TryAdd(records[60]));
        using FileLander again = await Open(store, Options(), attempt: 3, next: 0);
        again.Recovered.Single().SaysTheSameAs(won).ShouldBeTrue();
        await again.LandAsync(records.Skip(40), Stop);
        (await new ManifestReader(store, "orders", 3, Landings.Hash).AllAsync(Stop)).ShouldBeExactly(records);
        (await store.NamesAsync("orders/_pending", Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slow_owner_whose_manifest_wins_still_finds_its_files_although_another_cleaned_up()
    {
        List<LandingRecord> records = Landings.Make(17, 50);
        var gate = new GatedStore(store);
        using FileLander slow = await Open(gate, Options(), attempt: 1, next: 0);
        foreach (LandingRecord record in records)
            slow.TryAdd(record).ShouldBeTrue();
        Task<LandingManifest> commit = slow.CommitAsync(records[^1].Offset + 1, Stop).AsTask();
        await gate.BeforeManifest.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        using FileLander successor = await Open(store, Options(), attempt: 2, next: 0);
        successor.Recovered.ShouldBeEmpty();
        gate.Go.SetResult();
        await commit.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        foreach (LandingRecord record in records.Take(10))
            successor.TryAdd(record).ShouldBeTrue();
        await Should.ThrowAsync<LandingConflictException>(async () => await successor.CommitAsync(records[9].Offset + 1, Stop));
        (await new ManifestReader(store, "orders", 3, Landings.Hash).AllAsync(Stop)).ShouldBeExactly(records);
    }

    [Fact]
    public async Task A_repair_lands_what_was_missing_once()
    {
        List<LandingRecord> records = Landings.Make(19, 100), kept = [.. records.Where((_, index) => index % 10 != 0)], missing = [.. records.Where((_, index) => index % 10 == 0)];
        using FileLander lander = await Open(store, Options(), attempt: 1, next: 0);
        LandingManifest landed = await lander.LandAsync(kept, Stop);
        LandingManifest repair = await lander.CommitRepairAsync("site-1/29918", missing, Stop);
        (await lander.CommitRepairAsync("site-1/29918", missing, Stop)).SaysTheSameAs(repair).ShouldBeTrue();
        await Should.ThrowAsync<LandingConflictException>(async () => await lander.CommitRepairAsync("site-1/29918", [missing[0]], Stop));
        (landed.Sum + repair.Sum).ShouldBe(Landings.Sum(records));
        var reader = new ManifestReader(store, "orders", 3, Landings.Hash);
        List<LandingRecord> all = [];
        await foreach (LandingRecord record in reader.RecordsAsync(long.MinValue, long.MaxValue, Stop))
            all.Add(record);
        all.OrderBy(record => record.Offset).ToList().ShouldBeExactly(records);
    }

    [Fact]
    public async Task Replay_by_time_gives_the_records_of_that_time()
    {
        List<LandingRecord> records = Landings.Make(21, 500);
        using FileLander lander = await Open(store, Options(), attempt: 1, next: 0);
        foreach (LandingRecord[] commit in records.Chunk(50))
            await lander.LandAsync(commit, Stop);
        long first = Landings.Start - 3_600_000, end = Landings.Start + 1_800_000;
        List<LandingRecord> replayed = [];
        await foreach (LandingRecord record in new ManifestReader(store, "orders", 3, Landings.Hash).RecordsAsync(first, end, Stop))
            replayed.Add(record);
        replayed.ShouldBeExactly([.. records.Where(record => record.TimestampMilliseconds >= first && record.TimestampMilliseconds < end)]);
    }

    [Fact]
    public async Task Bounds_end_a_commit_before_they_are_passed()
    {
        List<LandingRecord> records = Landings.Make(23, 100);
        foreach (LandingOptions options in (LandingOptions[])[Options() with { RecordsMax = 10 }, Options() with { BytesMax = 200 }, Options() with { FilesMax = 2 }, Options() with { WindowsMax = 5 }])
        {
            using var ground = new TestDirectory();
            using var lake = new FolderObjectStore(ground.Path, TimeProvider.System);
            using FileLander lander = await Open(lake, options, attempt: 1, next: 0);
            int commits = 0;
            foreach (LandingRecord record in records)
            {
                if (lander.TryAdd(record))
                    continue;
                LandingManifest manifest = await lander.CommitAsync(record.Offset, Stop);
                (manifest.Sum.Records <= options.RecordsMax && manifest.Files.Count <= options.FilesMax && manifest.Windows.Count <= options.WindowsMax && (manifest.Sum.Bytes <= options.BytesMax || manifest.Sum.Records == 1)).ShouldBeTrue();
                lander.TryAdd(record).ShouldBeTrue("the first of a commit is always taken");
                commits++;
            }

            await lander.CommitAsync(records[^1].Offset + 1, Stop);
            commits.ShouldBeGreaterThan(3);
            (await new ManifestReader(lake, "orders", 3, Landings.Hash).AllAsync(Stop)).ShouldBeExactly(records);
        }
    }

    [Fact]
    public async Task Files_read_as_plain_JSON_lines_and_carry_the_columns_of_a_projection()
    {
        using FileLander lander = await Open(store, Options() with { Projection = new Lengths(), DayOffset = TimeSpan.FromHours(8) }, attempt: 1, next: 5);
        LandingManifest manifest = await lander.LandAsync(
            [new LandingRecord(5, "k"u8.ToArray(), "{\"a\": 1}"u8.ToArray(), Landings.Start, "", default), new LandingRecord(6, default, "日志"u8.ToArray(), Landings.Start, "o", default)], Stop);
        manifest.Columns.ShouldBe([new LandingColumn("length", "int"), new LandingColumn("名", "text")]);
        using var zip = new GZipStream(await store.OpenReadAsync(manifest.Files.Single().Name, Stop), CompressionMode.Decompress);
        using var text = new StreamReader(zip, Encoding.UTF8);
        string[] lines = (await text.ReadToEndAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe($$$"""{"offset":5,"timestamp":{{{Landings.Start}}},"key":"k","value":{"a": 1},"row":{"length":"8","名":null}}""");
        lines[1].ShouldBe($$$"""{"offset":6,"timestamp":{{{Landings.Start}}},"origin":"o","text":"日志","row":{"length":"6","名":null}}""");
        JsonDocument.Parse(lines[0]).RootElement.GetProperty("value").GetProperty("a").GetInt32().ShouldBe(1);
        manifest.Files.Single().Name.ShouldContain("day=2026-11-21/hour=");
    }

    [Fact]
    public async Task Events_without_a_day_have_a_folder_of_their_own()
    {
        using FileLander lander = await Open(store, Options(), attempt: 1, next: 0);
        long[] times = [long.MinValue, -62_135_596_800_001, -62_135_596_800_000, -1, 0, 253_402_300_799_999, 253_402_300_800_000, long.MaxValue];
        LandingManifest manifest = await lander.LandAsync(times.Select((time, index) => new LandingRecord(index, default, default, time, "", default)), Stop);
        manifest.Files.Select(file => file.Name.Split('/')[1] + "/" + file.Name.Split('/')[2] + " " + file.Sum.Records).ShouldBe(
            ["day=0001-01-01/hour=00 1", "day=1969-12-31/hour=23 1", "day=1970-01-01/hour=00 1", "day=9999-12-31/hour=23 1", "day=unknown/hour=00 4"]);
        (await new ManifestReader(store, "orders", 3, Landings.Hash).AllAsync(Stop)).Select(record => record.TimestampMilliseconds).ShouldBe(times);
    }

    [Fact]
    public async Task A_missing_commit_is_an_error_and_not_a_silent_hole()
    {
        List<LandingRecord> records = Landings.Make(29, 90);
        using FileLander lander = await Open(store, Options(), attempt: 1, next: 0);
        LandingManifest[] manifests = [await lander.LandAsync(records.Take(30), Stop), await lander.LandAsync(records.Skip(30).Take(30), Stop), await lander.LandAsync(records.Skip(60), Stop)];
        await store.DeleteAsync($"orders/_manifests/00003/c-{manifests[1].From:d20}.json", Stop);
        (await Should.ThrowAsync<LandingException>(async () => await Open(store, Options(), attempt: 2, next: 0))).Message.ShouldContain("missing");
        (await Should.ThrowAsync<LandingDamageException>(async () => await new ManifestReader(store, "orders", 3, Landings.Hash).AllAsync(Stop))).Message.ShouldContain("missing");
    }

    static LandingOptions Options(LandingEncoding encoding = LandingEncoding.JsonLines) => new() { Topic = "orders", Partition = 3, Encoding = encoding };

    static ValueTask<FileLander> Open(IObjectStore store, LandingOptions options, long attempt, long next) =>
        FileLander.OpenAsync(store, options, Landings.Hash, TimeProvider.System, attempt, next, Stop);

    static async Task<string[]> WholeRun(LandingRecord[][] commits)
    {
        using var ground = new TestDirectory();
        using var lake = new FolderObjectStore(ground.Path, TimeProvider.System);
        (await RunUntilCrash(lake, commits)).ShouldBe(commits.Length);
        return [.. await lake.NamesAsync("orders/day=", Stop)];
    }

    /// <summary>How many commits were answered before the crash.</summary>
    static async Task<int> RunUntilCrash(IObjectStore lake, LandingRecord[][] commits)
    {
        int acknowledged = 0;
        try
        {
            using FileLander lander = await Open(lake, Options(), attempt: 1, next: 0);
            foreach (LandingRecord[] commit in commits)
            {
                await lander.LandAsync(commit, Stop);
                acknowledged++;
            }
        }
        catch (ObjectStoreException)
        {
            return acknowledged;
        }

        return acknowledged;
    }

    static async Task ReadersSeeWholeCommits(IObjectStore lake, LandingRecord[][] commits, int acknowledged)
    {
        List<LandingRecord> seen = await new ManifestReader(lake, "orders", 3, Landings.Hash).AllAsync(Stop);
        LandingRecord[] all = [.. commits.SelectMany(commit => commit)];
        int[] wholes = [.. Enumerable.Range(0, commits.Length + 1).Select(count => commits.Take(count).Sum(commit => commit.Length))];
        wholes.ShouldContain(seen.Count);
        seen.Count.ShouldBeGreaterThanOrEqualTo(wholes[acknowledged], "what was answered is there");
        seen.ShouldBeExactly(all.Take(seen.Count).ToList());
    }

    /// <summary>The next owner begins where the last answered commit ended, as its stored state says.</summary>
    static async Task Continue(IObjectStore lake, LandingRecord[][] commits, int acknowledged)
    {
        long known = acknowledged == 0 ? 0 : commits[acknowledged - 1][^1].Offset + 1;
        using FileLander lander = await Open(lake, Options(), attempt: 2, next: known);
        foreach (LandingRecord[] commit in commits.Where(commit => commit[0].Offset >= lander.Next).ToArray())
            await lander.LandAsync(commit, Stop);
    }

    sealed class Lengths : ILandingProjection
    {
        public IReadOnlyList<LandingColumn> Columns { get; } = [new("length", "int"), new("名", "text")];

        public bool Project(in LandingRecord record, Span<string?> values)
        {
            values[0] = record.Value.Length.ToString();
            values[1] = null;
            return true;
        }
    }

    /// <summary>Holds the manifest back until the test says so.</summary>
    sealed class GatedStore(IObjectStore inner) : IObjectStore
    {
        public TaskCompletionSource BeforeManifest { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Address => inner.Address;

        public ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, after, limit, cancellationToken);

        public ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default) => inner.FindAsync(name, cancellationToken);

        public ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) => inner.OpenReadAsync(name, cancellationToken);

        public ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default) => inner.PutAsync(name, content, cancellationToken);

        public async ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default)
        {
            BeforeManifest.TrySetResult();
            await Go.Task;
            return await inner.PutIfAbsentAsync(name, content, cancellationToken);
        }

        public ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default) => inner.MoveAsync(from, to, cancellationToken);

        public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) => inner.DeleteAsync(name, cancellationToken);

        public void Dispose()
        {
        }
    }
}
