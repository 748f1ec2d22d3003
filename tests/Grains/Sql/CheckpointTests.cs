using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>What is written down of views, and what the log may forget for it.</summary>
public sealed class CheckpointTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    const string Orders = """
        CREATE TABLE orders (id BIGINT, status STRING, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED);
        CREATE MATERIALIZED VIEW totals AS SELECT status, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY status;
        """;

    const string Totals = "SELECT status, n, total FROM totals ORDER BY status";

    [Fact]
    public async Task Behind_a_checkpoint_the_journal_and_the_rows_are_deleted_and_a_restart_needs_neither()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(static options => options.TrimmedAge = TimeSpan.FromMilliseconds(1), SmallSegments);
        await fleet.RunAsync(Orders);
        int rows = 0;
        while (await StartOfAsync(fleet, "acme.sql--journal") == 0 || await StartOfAsync(fleet, "acme.sql-orders") == 0)
        {
            await AddAsync(fleet, rows, 100);
            rows += 100;
            rows.ShouldBeLessThan(100_000);
        }

        string before = await fleet.AskAsync(Totals);
        await fleet.CrashAsync();
        (await fleet.AskAsync(Totals)).ShouldBe(before);
        (await fleet.AskAsync("SELECT COUNT(*) FROM orders")).ShouldBe($"[[{rows}]]");
        // A row whose insertion is deleted in the log is replaced all the same.
        await fleet.RunAsync("INSERT INTO orders VALUES (0, 'gone', 1)");
        (await fleet.AskAsync("SELECT n FROM totals WHERE status = 'gone'")).ShouldBe("[[1]]");
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_passed_over_for_the_one_before_and_that_is_told()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await AddAsync(fleet, 0, 500);
        await ManifestsAsync(fleet, 2);
        await AddAsync(fleet, 500, 500);
        string before = await fleet.AskAsync(Totals);
        await fleet.RestartAsync(() => Damage(Manifests(fleet)[^1]));
        (await fleet.AskAsync(Totals)).ShouldBe(before);
        fleet.Logs.Problems.ShouldContain(static problem => problem.Contains("is damaged", StringComparison.Ordinal));
        await AddAsync(fleet, 1000, 10);
        (await fleet.AskAsync("SELECT COUNT(*) FROM orders")).ShouldBe("[[1010]]");
        // Segments, too.
        before = await fleet.AskAsync(Totals);
        await fleet.RestartAsync(() => Damage(Files(fleet, "segment-")[^1]));
        (await fleet.AskAsync(Totals)).ShouldBe(before);
    }

    [Fact]
    public async Task Without_any_checkpoint_all_is_made_again_from_the_journal_as_long_as_it_reaches_back()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await AddAsync(fleet, 0, 100);
        await ManifestsAsync(fleet, 1);
        string before = await fleet.AskAsync(Totals);
        await fleet.RestartAsync(() =>
        {
            foreach (string manifest in Manifests(fleet))
                Damage(manifest);
        });
        (await fleet.AskAsync(Totals)).ShouldBe(before);
        await AddAsync(fleet, 100, 1);
        (await fleet.AskAsync("SELECT COUNT(*) FROM orders")).ShouldBe("[[101]]");
    }

    [Fact]
    public async Task When_neither_checkpoint_nor_journal_reaches_it_is_said_where_the_files_were_to_be()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(static options => options.TrimmedAge = TimeSpan.FromMilliseconds(1), SmallSegments);
        await fleet.RunAsync(Orders);
        for (int rows = 0; await StartOfAsync(fleet, "acme.sql--journal") == 0; rows += 10)
            await AddAsync(fleet, rows, 10);
        string aside = fleet.Checkpoints + "-aside";
        await fleet.RestartAsync(() => Directory.Move(fleet.Checkpoints, aside));
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        string problem = "";
        while (!problem.Contains(fleet.Checkpoints, StringComparison.Ordinal))
        {
            await looks.WaitForNextTickAsync(late.Token);
            problem = (await fleet.Sql.Relations()).Single(static relation => relation.Name == "orders").Problem ?? "";
        }

        problem.ShouldContain("cannot be made again");
        // Once they are back it goes on by itself.
        Directory.Move(aside, fleet.Checkpoints);
        await fleet.UntilAsync("SELECT COUNT(*) > 0 FROM orders", "[[true]]");
    }

    [Fact]
    public async Task What_a_sink_that_is_away_has_not_got_outlives_a_crash_behind_the_checkpoint()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        string target = Path.Combine(fleet.Folder, "away");
        await File.WriteAllTextAsync(target, "A file where the folder is to be.", TestContext.Current.CancellationToken);
        await fleet.RunAsync($"""
            CREATE TABLE numbers (n INT NOT NULL, word STRING, part DECIMAL(20, 3), list ARRAY<BIGINT>);
            CREATE TABLE copies (n INT NOT NULL, word STRING, part DECIMAL(20, 3), list ARRAY<BIGINT>) WITH ('connector' = 'file', 'path' = '{target}');
            INSERT INTO copies SELECT * FROM numbers;
            INSERT INTO numbers VALUES (2, '二', 1.5, ARRAY[1, 2]);
            INSERT INTO numbers VALUES (3, NULL, NULL, NULL);
            """);
        await ManifestsAsync(fleet, 2);
        await fleet.KillAsync();
        File.Delete(target);
        await fleet.BeginAsync();
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        string[] Lines() => Directory.Exists(target) ? [.. Directory.EnumerateFiles(target, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)] : [];
        while (Lines().Length < 2)
            await looks.WaitForNextTickAsync(late.Token);
        Lines().ShouldBe(["""{"weight":1,"row":{"n":2,"word":"二","part":"1.500","list":[1,2]}}""", """{"weight":1,"row":{"n":3,"word":null,"part":null,"list":null}}"""]);
    }

    [Fact]
    public async Task A_view_that_failed_stays_failed_and_one_that_is_paused_stays_paused()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders + "CREATE MATERIALIZED VIEW risky AS SELECT id, 1 / amount AS part FROM orders; CREATE MATERIALIZED VIEW still AS SELECT id FROM orders");
        await AddAsync(fleet, 1, 10);
        await fleet.RunAsync("INSERT INTO orders VALUES (1000, 'nothing', 0); CREATE MATERIALIZED VIEW never AS SELECT id, 2 / amount AS part FROM orders");
        await fleet.Sql.Pause("still", "ann");
        await ManifestsAsync(fleet, 2);
        async Task<string> StatesAsync() => string.Join(' ', (await fleet.Sql.Relations()).Select(static relation => $"{relation.Name}:{relation.Status}:{relation.Problem}"));
        string before = await StatesAsync();
        before.ShouldContain("risky:failed");
        before.ShouldContain("never:failed");
        before.ShouldContain("still:paused");
        await fleet.CrashAsync();
        await fleet.AskAsync("SELECT COUNT(*) FROM orders");
        (await StatesAsync()).ShouldBe(before);
        (await fleet.Sql.Resume("still", "ann")).Status.ShouldBe("running");
        (await fleet.AskAsync("SELECT COUNT(*) FROM still")).ShouldBe("[[11]]");
    }

    /// <summary>Segments as small as they may be, which go as soon as nobody holds them.</summary>
    internal static void SmallSegments(IServiceCollection services) => services.Configure<TopicGrainOptions>(static options =>
    {
        (options.SegmentBytes, options.BatchBytesMax) = (16 << 10, 12 << 10);
        options.HoldGrace = TimeSpan.Zero;
    });

    static async Task AddAsync(SqlFleet fleet, int first, int count) =>
        await fleet.Sql.Append("orders", System.Text.Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(first, count).Select(static id => $"""[{id},"s{id % 3}",{id % 7 + 1}]"""))}]"));

    static async Task<long> StartOfAsync(SqlFleet fleet, string topic) => (await fleet.Grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, 0)).Info()).Start;

    /// <summary>Waits until so many checkpoints are written and none is under way that a later one would follow.</summary>
    static async Task ManifestsAsync(SqlFleet fleet, int count)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (Manifests(fleet).Length < count)
            await looks.WaitForNextTickAsync(late.Token);
    }

    static string[] Manifests(SqlFleet fleet) => Files(fleet, "manifest-");

    static string[] Files(SqlFleet fleet, string prefix)
    {
        string folder = Path.Combine(fleet.Checkpoints, SqlFleet.Tenant, "0");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, prefix + "*").Where(static name => !name.EndsWith(".part", StringComparison.Ordinal)).Order(StringComparer.Ordinal)] : [];
    }

    static void Damage(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
