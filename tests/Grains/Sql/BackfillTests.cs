using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql;
using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Views over what is there already are filled beside the views that run.</summary>
public sealed class BackfillTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Look = TimeSpan.FromMilliseconds(20);

    const string Orders = """
        CREATE TABLE orders (id BIGINT, status STRING, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED);
        CREATE MATERIALIZED VIEW totals AS SELECT status, COUNT(*) AS n FROM orders GROUP BY status;
        """;

    const string Amounts = "CREATE MATERIALIZED VIEW amounts AS SELECT status, SUM(amount) AS total FROM orders GROUP BY status";

    [Fact]
    public async Task While_a_view_is_filled_the_others_take_rows_and_answer_and_then_it_has_those_rows_too()
    {
        var store = new HeldStore();
        await using SqlFleet fleet = await SqlFleet.StartAsync(Beside, store.Register);
        await fleet.RunAsync(Orders);
        await AddAsync(fleet, 0, 500);
        await store.HasOneAsync();
        store.Hold();
        Task<SqlResult> making = fleet.RunAsync(Amounts);
        await store.Reached;
        await AddAsync(fleet, 500, 100);
        await fleet.UntilAsync("SELECT n FROM totals WHERE status = 'new'", "[[600]]");
        RelationInfo filling = (await fleet.Sql.Relations()).Single(static relation => relation.Name == "amounts");
        filling.Status.ShouldBe("backfilling");
        filling.Problem.ShouldNotBeNull().ShouldContain("filled beside");
        SqlRefusedException early = await Should.ThrowAsync<SqlRefusedException>(() => fleet.AskAsync("SELECT * FROM amounts"));
        early.Message.ShouldContain("ask again");
        making.IsCompleted.ShouldBeFalse();
        store.Release();
        await making;
        (await fleet.AskAsync("SELECT total FROM amounts")).ShouldBe("[[179700]]");
        await AddAsync(fleet, 600, 1);
        (await fleet.AskAsync("SELECT total FROM amounts")).ShouldBe("[[180300]]");
        (await fleet.Sql.Relations()).ShouldAllBe(static relation => relation.Status == "running" && relation.Problem == null);
        fleet.Logs.Problems.ShouldBeEmpty();
        // What was filled beside is in checkpoints like the rest.
        await fleet.CrashAsync();
        (await fleet.AskAsync("SELECT total FROM amounts")).ShouldBe("[[180300]]");
    }

    [Fact]
    public async Task A_replaced_view_answers_with_its_former_rows_until_the_new_ones_are_filled_and_its_sink_hears_the_difference()
    {
        var store = new HeldStore();
        await using SqlFleet fleet = await SqlFleet.StartAsync(Beside, store.Register);
        await fleet.Grains.GetGrain<ITopicGrain>("acme.out").Create(new TopicSettings());
        await fleet.RunAsync($"""
            {Orders}
            CREATE TABLE out (status STRING, n BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.out');
            INSERT INTO out SELECT status, n FROM totals;
            """);
        await AddAsync(fleet, 0, 10);
        await fleet.RunAsync("INSERT INTO orders VALUES (1000, 'old', 1)");
        await store.HasOneAsync();
        store.Hold();
        Task<SqlResult> making = fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW totals AS SELECT status, COUNT(*) + CASE WHEN status = 'new' THEN 100 ELSE 0 END AS n FROM orders GROUP BY status");
        await store.Reached;
        await AddAsync(fleet, 10, 1);
        (await fleet.AskAsync("SELECT status, n FROM totals ORDER BY status")).ShouldBe("""[["new",11],["old",1]]""");
        store.Release();
        await making;
        (await fleet.AskAsync("SELECT status, n FROM totals ORDER BY status")).ShouldBe("""[["new",111],["old",1]]""");
        await AddAsync(fleet, 11, 1);
        // Every change came once: 'old' never again, 'new' as what it was and what it is.
        string[] heard = await HeardAsync(fleet, """+{"status":"new","n":112}""");
        heard.Count(static change => change.Contains("old", StringComparison.Ordinal)).ShouldBe(1);
        heard[^4..].ShouldBe(["""-{"status":"new","n":11}""", """+{"status":"new","n":111}""", """-{"status":"new","n":111}""", """+{"status":"new","n":112}"""]);
    }

    [Fact]
    public async Task Who_follows_a_query_goes_on_without_a_new_snapshot_unless_it_reads_what_was_replaced()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(Beside);
        await fleet.RunAsync(Orders);
        await AddAsync(fleet, 0, 10);
        const string OfTable = "SELECT COUNT(*) AS n FROM orders", OfView = "SELECT n FROM totals";
        SqlFeed table = await fleet.Sql.Follow(OfTable, null, TimeSpan.Zero), view = await fleet.Sql.Follow(OfView, null, TimeSpan.Zero);
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW totals AS SELECT status, COUNT(*) * 2 AS n FROM orders GROUP BY status");
        await AddAsync(fleet, 10, 1);
        table = await fleet.Sql.Follow(OfTable, table.Cursor, Patience);
        table.IsSnapshot.ShouldBeFalse();
        table.Changes.ToString().ShouldContain("[11]");
        view = await fleet.Sql.Follow(OfView, view.Cursor, Patience);
        view.IsSnapshot.ShouldBeTrue();
        view.Rows.ToString().ShouldBe("[[22]]");
        fleet.Logs.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_filled_beside_is_filled_in_place()
    {
        var store = new HeldStore();
        await using SqlFleet fleet = await SqlFleet.StartAsync(Beside, store.Register);
        await fleet.RunAsync(Orders);
        await AddAsync(fleet, 0, 10);
        await store.HasOneAsync();
        store.Hold();
        Task<SqlResult> making = fleet.RunAsync(Amounts);
        await store.Reached;
        store.Release(new IOException("The disk is gone (the test says so)."));
        await making;
        (await fleet.AskAsync("SELECT total FROM amounts")).ShouldBe("[[45]]");
        fleet.Logs.Problems.ShouldContain(static problem => problem.Contains("filled while they wait", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_view_that_has_no_value_for_a_row_says_so_and_letters_of_another_are_kept_once()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(Beside);
        await fleet.RunAsync(Orders);
        await AddAsync(fleet, 0, 10);
        await fleet.RunAsync("""
            CREATE MATERIALIZED VIEW bad AS SELECT id, 1 / amount AS share FROM orders;
            CREATE MATERIALIZED VIEW letters WITH ('on-error' = 'dead-letter') AS SELECT id, 1 / amount AS share FROM orders;
            """);
        (await fleet.Sql.Relations()).Single(static relation => relation.Name == "bad").Status.ShouldBe("failed");
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.AskAsync("SELECT * FROM bad"))).Message.ShouldContain("division by zero", Case.Insensitive);
        (await fleet.AskAsync("SELECT COUNT(*) FROM letters")).ShouldBe("[[9]]");
        (await fleet.LettersAsync("letters", 1)).Items.Count.ShouldBe(1);
    }

    /// <summary>Everything that is not empty is filled beside.</summary>
    static void Beside(SqlOptions options) => options.FillRowsMax = 0;

    static Task<int> AddAsync(SqlFleet fleet, int from, int count) => fleet.Sql.Append(
        "orders", Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(from, count).Select(static id => $$"""{"id":{{id}},"status":"new","amount":{{id}}}"""))}]"));

    static async Task<string[]> HeardAsync(SqlFleet fleet, string last)
    {
        using var late = new CancellationTokenSource(Patience);
        var reader = new TopicReader(fleet.Grains, "acme.out", 0, 0, TimeProvider.System, new Random(1));
        var heard = new List<string>();
        while (!heard.Contains(last))
            foreach ((_, Log.LogRecord record) in (await reader.ReadAsync(1 << 20, Look, late.Token)).Records())
                heard.Add((Log.LogHeaders.TryFind(record.Headers, "orrery-weight"u8, out _) ? "-" : "+") + Encoding.UTF8.GetString(record.Value.Span));
        return [.. heard];
    }

    /// <summary>A store of checkpoints in which the next reading can be held.</summary>
    sealed class HeldStore
    {
        TaskCompletionSource? held, reached;
        bool isWritten;

        public Task Reached => reached!.Task.WaitAsync(Patience);

        public void Hold() => (held, reached) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        public void Release(Exception? failure = null)
        {
            TaskCompletionSource former = held!;
            if (failure is null)
                former.SetResult();
            else
                former.SetException(failure);
            held = null;
        }

        public async Task HasOneAsync()
        {
            using var late = new CancellationTokenSource(Patience);
            using var looks = new PeriodicTimer(Look);
            while (!isWritten)
                await looks.WaitForNextTickAsync(late.Token);
        }

        public void Register(IServiceCollection services) =>
            services.AddSingleton<ICheckpointPlaces>(provider => new Places(this, new FolderCheckpointPlaces(provider.GetRequiredService<IOptions<SqlOptions>>())));

        sealed class Places(HeldStore owner, ICheckpointPlaces inner) : ICheckpointPlaces
        {
            public ICheckpointStore? Of(string key) => new Store(owner, inner.Of(key)!);

            public string Describe(string key) => inner.Describe(key);
        }

        sealed class Store(HeldStore owner, ICheckpointStore inner) : ICheckpointStore
        {
            public async Task Put(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
            {
                await inner.Put(name, bytes, cancellation);
                owner.isWritten |= name.StartsWith("manifest", StringComparison.Ordinal);
            }

            public async Task<byte[]?> Get(string name, CancellationToken cancellation)
            {
                if (owner.held is { } hold)
                {
                    owner.reached!.TrySetResult();
                    await hold.Task;
                }

                return await inner.Get(name, cancellation);
            }

            public Task<IReadOnlyList<string>> List(CancellationToken cancellation) => inner.List(cancellation);

            public Task Delete(string name, CancellationToken cancellation) => inner.Delete(name, cancellation);
        }
    }
}
