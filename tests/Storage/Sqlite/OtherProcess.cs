using System.Diagnostics;
using System.Globalization;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>What the tests let another process do with a data directory, and how they start it. It says each thing done on a line of its output.</summary>
static class OtherProcess
{
    public const string WriteUntilKilled = "write-until-killed";
    public const string HoldOpen = "hold-open";
    public const string HoldLock = "hold-lock";

    const int Grains = 6;
    static readonly ReminderKey Reminder = new("test", "grain", "reminder");

    public static Process Start(string part, string directory)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(OtherProcess).Assembly.Location);
        start.ArgumentList.Add(part);
        start.ArgumentList.Add(directory);
        return Process.Start(start)!;
    }

    /// <summary>The value that the tests' grains, and chunks, have at a version: longer or shorter than a page, never the same twice.</summary>
    public static byte[] ValueOf(string name, long version)
    {
        var random = new Random(HashCode(name) + (int)version);
        var value = new byte[random.Next(1, 9000)];
        random.NextBytes(value);
        return value;
    }

    /// <summary>Checks that all of <paramref name="acknowledged"/> (what, version) is stored, and whole.</summary>
    public static async Task CheckAsync(StoreDirectory store, IReadOnlyDictionary<string, long> acknowledged)
    {
        foreach (var (name, version) in acknowledged.Where(entry => entry.Key.StartsWith("grain", StringComparison.Ordinal)))
        {
            var row = await store.States.ClaimAsync(name, long.MaxValue);
            row.StoredVersion.ShouldBeGreaterThanOrEqualTo(version, name);
            row.StoredValue!.Value.ToArray().ShouldBe(ValueOf(name, row.StoredVersion), name);
        }

        var reminder = await store.Reminders.ReadAsync(Reminder, CancellationToken.None);
        reminder!.Version.ShouldBeGreaterThanOrEqualTo(acknowledged["reminder"]);
        reminder.Ran.ShouldBe(reminder.Version);

        var chunks = await store.Chunks.ReadAsync("chunk", ChunkKind.Raw, 0, long.MaxValue, CancellationToken.None);
        chunks.Count.ShouldBeGreaterThanOrEqualTo((int)acknowledged["chunk"]);
        chunks.Select(chunk => chunk.Key.Sequence).ShouldBe(Enumerable.Range(1, chunks.Count).Select(sequence => (long)sequence));
        foreach (var chunk in chunks) chunk.Data.ToArray().ShouldBe(ValueOf("chunk", chunk.Key.Sequence));
    }

    public static async Task<int> WriteUntilKilledAsync(string directory)
    {
        using var store = new StoreDirectory(directory);
        var writing = Task.WhenAll([.. Enumerable.Range(0, Grains).Select(grain => WriteStateAsync(store.States, $"grain{grain}")), WriteReminderAsync(store.Reminders), WriteChunksAsync(store.Chunks)]);
        await await Task.WhenAny(writing, Console.In.ReadToEndAsync()); // Ends with the tests' process too, should that die first.
        return 0;
    }

    public static async Task<int> HoldOpenAsync(string directory)
    {
        using var store = new StoreDirectory(directory);
        await store.States.ClaimAsync("held", 1);
        Console.WriteLine("open");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public static async Task<int> HoldLockAsync(string directory)
    {
        await using var connection = SqliteConnections.Open($"Data Source={Path.Combine(directory, "orrery.db")}");
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        Console.WriteLine("locked");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    static async Task WriteStateAsync(IFencedGrainStorage states, string name)
    {
        var version = (await states.ClaimAsync(name, 1)).StoredVersion;
        while (true)
        {
            var written = await states.WriteAsync(name, 1, version, ValueOf(name, version + 1));
            version = written.StoredVersion;
            Say(name, version);
        }
    }

    static async Task WriteReminderAsync(IReminderTable reminders)
    {
        var due = DateTimeOffset.UnixEpoch;
        while (true)
        {
            var stored = await reminders.ReadAsync(Reminder, CancellationToken.None);
            var next = new ReminderRow { Key = Reminder, Shard = 0, Term = 1, FirstDue = due, NextDue = due, Period = TimeSpan.FromSeconds(1), Ran = (stored?.Ran ?? 0) + 1 };
            Say("reminder", (await reminders.UpsertAsync(next, CancellationToken.None)).Version);
        }
    }

    static async Task WriteChunksAsync(IChunkStore chunks)
    {
        long sequence = (await chunks.ListAsync("chunk", ChunkKind.Raw, 0, long.MaxValue, CancellationToken.None)).Count;
        while (true)
        {
            sequence++;
            await chunks.WriteAsync([new("chunk", new(ChunkKind.Raw, sequence), sequence, sequence, ValueOf("chunk", sequence))], CancellationToken.None);
            Say("chunk", sequence);
        }
    }

    // One write call a line: a line that was begun is whole or was not acknowledged.
    static void Say(string name, long version) => Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {version}"));

    static int HashCode(string name) => name.Aggregate(17, (hash, character) => unchecked((hash * 31) + character));
}
