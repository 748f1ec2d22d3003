using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Copy;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests.Shared;
using Orrery.Storage.Tests.Sqlite;

namespace Orrery.Storage.Tests.Copy;

/// <summary>From the embedded file into real servers.</summary>
public sealed class StorageCopyTests(Servers servers) : IDisposable
{
    const int States = 2500;
    const int Reminders = 1200;
    const int Chunks = 300;

    static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    readonly StoreDirectory directory = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(StorageKind.PostgreSql)]
    [InlineData(StorageKind.MySql)]
    [InlineData(StorageKind.Redis)]
    public async Task Everything_is_copied_and_proven_equal_and_the_first_owner_can_claim_it(StorageKind kind)
    {
        await FillAsync();
        var target = await NewAsync(kind);
        var told = new Told();
        var report = await StorageCopy.RunAsync(directory.FilePath, target, told, Cancellation);
        report.IsEqual.ShouldBeTrue(string.Join('\n', report.Tables));
        report.WasResumed.ShouldBeFalse();
        report.Tables.Select(table => table.TargetRows).ShouldBe([States, Reminders, Chunks]);
        report.Tables.Select(table => table.SourceDigest).Distinct().Count().ShouldBe(3);
        told.Last("grain state").ShouldBe(States);

        await using var silo = new SharedStore(target);
        var claim = new GrainStateOperation(GrainStateOperationKind.Claim, KeyOf(7), 7, 1, 0, default);
        await silo.States.ExecuteAsync([claim], Cancellation);
        (claim.Outcome, claim.StoredVersion).ShouldBe((GrainStateOutcome.Succeeded, 1));
        claim.StoredValue!.Value.ToArray().ShouldBe(ValueOf(7));
        (await silo.Reminders.ReadAllAsync("type", "grain5\0", Cancellation)).ShouldHaveSingleItem().NextDue.ShouldBe(Start.AddSeconds(5));
        (await silo.Chunks.ReadAsync("owner3", ChunkKind.Raw, 0, 1000, Cancellation)).Count.ShouldBe(Chunks / 10);
        (await Should.ThrowAsync<StorageCopyException>(() => StorageCopy.RunAsync(directory.FilePath, target, told, Cancellation))).Message.ShouldContain("finished copy");
    }

    [Theory]
    [InlineData(StorageKind.PostgreSql)]
    [InlineData(StorageKind.Redis)]
    public async Task A_copy_that_was_broken_off_is_gone_on_with(StorageKind kind)
    {
        await FillAsync();
        var target = await NewAsync(kind);
        using var stop = new CancellationTokenSource();
        var breaking = new Told { OnReport = progress => { if (progress is { Table: "grain state", Rows: >= 2000 }) stop.Cancel(); } };
        await Should.ThrowAsync<OperationCanceledException>(() => StorageCopy.RunAsync(directory.FilePath, target, breaking, stop.Token));
        var report = await StorageCopy.RunAsync(directory.FilePath, target, new Told(), Cancellation);
        report.WasResumed.ShouldBeTrue();
        report.IsEqual.ShouldBeTrue(string.Join('\n', report.Tables));
    }

    [Theory]
    [InlineData(StorageKind.PostgreSql)]
    [InlineData(StorageKind.Redis)]
    public async Task A_target_with_rows_of_others_is_refused_and_a_row_too_many_is_found(StorageKind kind)
    {
        await FillAsync();
        var target = await NewAsync(kind);
        await using var silo = new SharedStore(target);
        await silo.States.ClaimAsync("stranger", 1);
        (await Should.ThrowAsync<StorageCopyException>(() => StorageCopy.RunAsync(directory.FilePath, target, new Told(), Cancellation))).Message.ShouldContain("not empty");

        var other = await NewAsync(kind);
        await using var meddler = new SharedStore(other);
        var meddling = new Told { OnReport = progress => { if (progress is { Table: "chunks", Rows: Chunks }) meddler.States.ClaimAsync("late", 1).GetAwaiter().GetResult(); } };
        var report = await StorageCopy.RunAsync(directory.FilePath, other, meddling, Cancellation);
        report.IsEqual.ShouldBeFalse();
        report.Tables.Single(table => !table.IsEqual).Table.ShouldBe("grain state");
    }

    [Fact]
    public async Task A_missing_file_and_a_file_as_target_are_refused()
    {
        var sqlite = StorageConnection.Parse($"sqlite:{directory.Path}/other.db");
        await Should.ThrowAsync<StorageCopyException>(() => StorageCopy.RunAsync(directory.Path + "/none.db", sqlite, new Told(), Cancellation));
        await FillAsync();
        (await Should.ThrowAsync<StorageCopyException>(() => StorageCopy.RunAsync(directory.FilePath, sqlite, new Told(), Cancellation))).Message.ShouldContain("is a file");
    }

    static GrainStateKey KeyOf(int number) => new("type", $"tenant\\{number % 3}|/grain{number}", "state");

    static byte[] ValueOf(int number)
    {
        var value = new byte[number % 50 == 49 ? 100_000 : number % 200];
        new Random(number).NextBytes(value);
        return value;
    }

    Task<StorageConnection> NewAsync(StorageKind kind) => kind switch
    {
        StorageKind.PostgreSql => servers.NewPostgreSqlAsync(),
        StorageKind.MySql => servers.NewMariaDbAsync(),
        _ => servers.NewRedisAsync(),
    };

    async Task FillAsync()
    {
        var numbers = Enumerable.Range(0, States).ToList();
        await directory.States.ExecuteAsync([.. numbers.Select(number => new GrainStateOperation(GrainStateOperationKind.Claim, KeyOf(number), number % 1024, 5, 0, default))], Cancellation);
        await directory.States.ExecuteAsync([.. numbers.Where(number => number % 10 > 0).Select(number => new GrainStateOperation(GrainStateOperationKind.Write, KeyOf(number), number % 1024, 5, 0, ValueOf(number)))], Cancellation);
        for (var number = 0; number < Reminders; number++)
        {
            await directory.Reminders.UpsertAsync(new()
            {
                Key = new("type", $"grain{number}\0", "daily"), Shard = number % 1024, Term = 5, FirstDue = Start, Period = TimeSpan.FromHours(1), NextDue = Start.AddSeconds(number), Ran = number, Attempts = number % 3, Late = 2,
            }, Cancellation);
        }

        await directory.Chunks.WriteAsync([.. Enumerable.Range(0, Chunks).Select(number => new Chunk($"owner{number % 10}", new(ChunkKind.Raw, number), number, number + 10, ValueOf(number)))], Cancellation);
        directory.Close();
    }

    sealed class Told : IProgress<StorageCopyProgress>
    {
        readonly List<StorageCopyProgress> reports = [];

        public Action<StorageCopyProgress>? OnReport { get; init; }

        public void Report(StorageCopyProgress value)
        {
            reports.Add(value);
            OnReport?.Invoke(value);
        }

        public long Last(string table) => reports.Last(report => report.Table == table).Rows;
    }
}
