using System.Collections.Concurrent;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Remote;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests.Remote;

/// <summary>A job whose target another process holds: both halves as they are, with a way between them that tests break.</summary>
[Collection(LiveCollection.Name)]
public sealed class RemoteTargetTests(LiveServers servers)
{
    const int Rows = 20_000, ChunkRows = 1000;

    [Theory]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    [InlineData("sqlite")]
    public async Task A_whole_database_goes_to_a_target_that_another_process_holds_with_keys_and_an_equal_certificate(string engine)
    {
        DatabaseAddress from = servers.New("mysql"), to = servers.New(engine);
        Samples.Sakila(from);
        await using var holder = new Holder(to);
        DatabaseAddress remote = holder.Target(to);
        (remote.ConnectionString, remote.ToString()).ShouldBe(("", to.ToString()));
        MigrationReport report = from.MigrateTo(remote);
        report.Undone.ShouldBeEmpty();
        report.Rows.ShouldBeGreaterThan(40_000);
        from.ShouldEqual(remote);
        from.ShouldEqual(to);
        holder.Open.ShouldBe(0, "every connection is closed again");
    }

    [Fact]
    public async Task Calls_that_are_lost_on_either_way_and_a_holder_that_is_killed_repeat_no_committed_chunk()
    {
        DatabaseAddress from = Many(), to = servers.New("postgresql");
        await using var holder = new Holder(to);
        int calls = 0, faults = 0;
        holder.Fault = _ => Interlocked.Increment(ref calls) % 23 != 0 || faults >= 6 ? Holder.Way.Open : (Interlocked.Increment(ref faults) % 3) switch { 0 => Holder.Way.LostBefore, 1 => Holder.Way.LostBehind, _ => Holder.Way.Killed };
        MigrationReport report = from.MigrateTo(holder.Target(to), options => options with { ChunkRows = ChunkRows, Channels = 2 });
        faults.ShouldBe(6);
        report.Rows.ShouldBe(Rows);
        to.Count("SELECT COUNT(*) FROM many").ShouldBe(Rows);
        to.Count("SELECT SUM(row_count) FROM orrery_chunk WHERE chunk >= 0").ShouldBe(Rows);
        from.ShouldEqual(to);
    }

    [Fact]
    public async Task A_chunk_whose_commit_is_not_answered_is_found_done_and_counted_once()
    {
        DatabaseAddress from = Many(), to = servers.New("postgresql");
        await using var holder = new Holder(to);
        int commits = 0;
        holder.Fault = part => part.Length > RemotePart.HeadBytes && RemoteMessage.Unpack(part.AsMemory(RemotePart.HeadBytes)).Op == RemoteOp.Commit && Interlocked.Increment(ref commits) is 6 or 9 or 12 ? Holder.Way.LostBehind : Holder.Way.Open;
        MigrationReport report = from.MigrateTo(holder.Target(to), options => options with { ChunkRows = ChunkRows, Channels = 1 });
        commits.ShouldBeGreaterThan(12);
        (report.Rows, report.RowsOfRun).ShouldBe((Rows, Rows));
        to.Count("SELECT COUNT(*) FROM many").ShouldBe(Rows);
        from.ShouldEqual(to);
    }

    [Fact]
    public async Task Rows_that_the_target_refuses_are_put_aside_and_the_others_written()
    {
        DatabaseAddress from = servers.New("sqlite").With("CREATE TABLE few (id INTEGER PRIMARY KEY, word VARCHAR(40))", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO few SELECT i, CASE WHEN i IN (7, 4321) THEN 'much too long a word' ELSE 'short' END FROM n");
        DatabaseAddress to = servers.New("postgresql").With("CREATE TABLE few (id INT PRIMARY KEY, word VARCHAR(10))");
        string rejects = Path.Combine(Directory.CreateTempSubdirectory("orrery-remote-").FullName, "rejects.jsonl");
        await using var holder = new Holder(to);
        MigrationReport report = from.MigrateTo(holder.Target(to), options => options with { IsDataOnly = true, RejectsMax = 5, RejectFile = rejects });
        (report.Rows, report.Rejects).ShouldBe((4998, 2));
        File.ReadLines(rejects).Count().ShouldBe(2);
        Should.Throw<RejectQuotaException>(() => from.MigrateTo(holder.Target(to.With("DROP TABLE few, orrery_job, orrery_chunk", "CREATE TABLE few (id INT PRIMARY KEY, word VARCHAR(10))")), options => options with { IsDataOnly = true })).Message.ShouldContain("few");
    }

    [Fact]
    public async Task Values_larger_than_a_call_travel_in_parts_and_differing_rows_are_read_back()
    {
        DatabaseAddress from = servers.New("sqlite").With("CREATE TABLE large (id INTEGER PRIMARY KEY, body BLOB)", "INSERT INTO large VALUES (1, randomblob(11000000)), (2, randomblob(5)), (3, NULL)"), to = servers.New("postgresql");
        await using var holder = new Holder(to);
        from.MigrateTo(holder.Target(to)).Rows.ShouldBe(3);
        from.ShouldEqual(holder.Target(to));
        to.Run("UPDATE large SET body = body || '\\x00' WHERE id = 1", "DELETE FROM large WHERE id = 3");
        TableCertificate table = from.CompareWith(holder.Target(to)).Tables.Single();
        (table.Differing, table.OnlyInFrom, table.OnlyInTo).ShouldBe((1, 1, 0));
        holder.Largest.ShouldBeLessThanOrEqualTo(RemotePart.BytesMax + 9);
    }

    [Fact]
    public async Task A_part_of_a_session_that_is_not_there_or_out_of_its_order_is_answered_as_lost_and_what_is_no_message_is_refused()
    {
        DatabaseAddress to = servers.New("sqlite");
        await using var session = new RemoteSession(to.Open);
        (await session.TakeAsync([1, 0, 0, 0, 0, 0, 0, 0, 2], TimeSpan.FromSeconds(1), TimeProvider.System)).ShouldBe(RemoteSession.Lost);
        await Should.ThrowAsync<InvalidDataException>(() => session.TakeAsync([0, 0], TimeSpan.FromSeconds(1), TimeProvider.System));
        await using var second = new RemoteSession(to.Open);
        await Should.ThrowAsync<InvalidDataException>(() => second.TakeAsync([0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 7, 7, 7], TimeSpan.FromSeconds(1), TimeProvider.System));
    }

    [Fact]
    public void A_confined_target_reads_no_file_of_its_machine_by_a_statement()
    {
        var none = new FileBounds([]);
        DatabaseAddress maria = servers.New("mysql").With("CREATE TABLE said (said TEXT)");
        using (IDatabase confined = maria.OpenConfined(none)) Should.Throw<System.Data.Common.DbException>(() => confined.Execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE said"));
        maria.Count("SELECT COUNT(*) FROM said").ShouldBe(0);
        Should.Throw<UnauthorizedAccessException>(() => servers.New("sqlite").OpenConfined(none));
    }

    DatabaseAddress Many()
    {
        DatabaseAddress from = servers.New("sqlite");
        from.Run("CREATE TABLE many (a INTEGER, b INTEGER, text VARCHAR(40), PRIMARY KEY (a, b))", $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO many SELECT i / 7, i % 7, 'text ' || i FROM n");
        return from;
    }

    /// <summary>The half that holds the target, as the cluster has it, without the cluster.</summary>
    sealed class Holder(DatabaseAddress to) : IAsyncDisposable
    {
        public enum Way
        {
            Open,
            LostBefore,
            LostBehind,
            Killed,
        }

        readonly ConcurrentDictionary<int, RemoteSession> sessions = new();

        public Func<byte[], Way> Fault { get; set; } = static _ => Way.Open;

        public int Largest { get; private set; }

        public int Open => sessions.Count(static pair => !pair.Value.IsEnded);

        public DatabaseAddress Target(DatabaseAddress at) => new RemoteTarget(Call).At(at);

        public async ValueTask DisposeAsync()
        {
            foreach (RemoteSession session in sessions.Values) await session.DisposeAsync();
        }

        byte[] Call(int number, byte[] part)
        {
            Largest = Math.Max(Largest, part.Length);
            Way way = Fault(part);
            if (way == Way.LostBefore) throw new IOException("The call did not arrive.");
            if (way == Way.Killed) DisposeAsync().AsTask().GetAwaiter().GetResult();
            if (RemoteSession.IsFirst(part))
            {
                if (sessions.TryRemove(number, out RemoteSession? before)) before.DisposeAsync().AsTask().GetAwaiter().GetResult();
                sessions[number] = new RemoteSession(to.Open);
            }

            byte[] answer = sessions.TryGetValue(number, out RemoteSession? session) ? session.TakeAsync(part, TimeSpan.FromMilliseconds(50), TimeProvider.System).GetAwaiter().GetResult() : RemoteSession.Lost;
            Largest = Math.Max(Largest, answer.Length);
            return way == Way.LostBehind ? throw new IOException("The answer did not arrive.") : answer;
        }
    }
}
