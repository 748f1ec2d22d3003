using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Logs;

/// <summary>
/// The log channel's memory on disk: batches that wait to be shipped, and how far the files were read.
/// </summary>
/// <remarks>
/// A batch and the state of all files after it are one file, written beside, synced and renamed. So after a crash either the batch is there and
/// the files stand behind it, or it is not and the same bytes are read again. When the last waiting batch is shipped, its state moves to
/// <c>state.json</c> before the batch is removed. <c>incarnation</c> names this folder's life: who deletes the folder starts anew under another name.
/// Nothing is guaranteed if two agents share a folder; the first keeps a lock that the second is told of.
/// </remarks>
internal sealed class LogOutbox : IDisposable
{
    const int FileBytesMax = 512 << 20;
    const string StateName = "state.json", IncarnationName = "incarnation", OriginName = "origin", BatchFolder = "batches/";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly FolderObjectStore folder;
    readonly FileStream taken;
    readonly SortedDictionary<long, long> waiting = [];

    LogOutbox(FolderObjectStore folder, FileStream taken, string incarnation)
    {
        this.folder = folder;
        this.taken = taken;
        Incarnation = incarnation;
    }

    /// <summary>This folder's life.</summary>
    public string Incarnation { get; }

    /// <summary>What was kept; null: nothing yet.</summary>
    public LogState? State { get; private set; }

    /// <summary>The last batch's number; 0: none yet.</summary>
    public long LastSequence { get; private set; }

    /// <summary>No later record may be older than this.</summary>
    public long LastMilliseconds { get; private set; } = long.MinValue;

    /// <summary>Batches that wait.</summary>
    public int Count
    {
        get
        {
            lock (waiting)
                return waiting.Count;
        }
    }

    /// <summary>Bytes that wait.</summary>
    public long Bytes
    {
        get
        {
            lock (waiting)
                return waiting.Values.Sum();
        }
    }

    /// <param name="path">The folder.</param>
    /// <param name="origin">As whom its batches are shipped: the same for the folder's whole life, since their numbers go on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="IOException">Another agent uses the folder, it ships as another origin, or it cannot be read.</exception>
    public static async ValueTask<LogOutbox> OpenAsync(string path, string origin, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        FileStream taken;
        try
        {
            taken = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"The log channel's folder '{path}' is used by another agent; give each its own. ({error.Message})", error);
        }

        var folder = new FolderObjectStore(path, time);
        string made = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture) + "-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        await folder.PutIfAbsentAsync(IncarnationName, Encoding.UTF8.GetBytes(made), cancellationToken);
        await folder.PutIfAbsentAsync(OriginName, Encoding.UTF8.GetBytes(origin), cancellationToken);
        string kept = Encoding.UTF8.GetString(await folder.ReadAllAsync(OriginName, 1_000, cancellationToken));
        if (kept != origin)
        {
            taken.Dispose();
            folder.Dispose();
            throw new IOException($"The log channel's folder '{path}' ships as '{kept}', not as '{origin}': batches of one folder are numbered through. Give the agent its old name, or another folder; with another one the files are read again.");
        }

        var outbox = new LogOutbox(folder, taken, Encoding.UTF8.GetString(await folder.ReadAllAsync(IncarnationName, 100, cancellationToken)));
        await outbox.ReadAsync(cancellationToken);
        return outbox;
    }

    /// <summary>Writes a batch and the state after it, in one step. May be called again with the same batch after a failure.</summary>
    public async ValueTask AddAsync(OutboxBatch batch, LogState state, CancellationToken cancellationToken)
    {
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(new Head(batch.Manifest, state), Json);
        byte[] file = [.. head, (byte)'\n', .. batch.Content.Span];
        await folder.PutAsync(NameOf(batch.Manifest.Sequence), file, cancellationToken);
        LastSequence = batch.Manifest.Sequence;
        LastMilliseconds = batch.Manifest.CompleteMilliseconds;
        State = state;
        lock (waiting)
            waiting[batch.Manifest.Sequence] = file.Length;
    }

    /// <summary>The oldest batch that waits; null: none.</summary>
    public async ValueTask<OutboxBatch?> FirstAsync(CancellationToken cancellationToken)
    {
        long? sequence = null;
        lock (waiting)
            sequence = waiting.Count == 0 ? null : waiting.First().Key;
        return sequence is { } first ? (await ReadBatchAsync(first, cancellationToken)).Batch : null;
    }

    /// <summary>Removes a batch that has arrived.</summary>
    public async ValueTask RemoveAsync(OutboxBatch batch, CancellationToken cancellationToken)
    {
        long sequence = batch.Manifest.Sequence;
        await KeepAsync(sequence, cancellationToken);
        await folder.DeleteAsync(NameOf(sequence), cancellationToken);
        lock (waiting)
            waiting.Remove(sequence);
    }

    /// <summary>Keeps a state that no batch carries: of files from which nothing was taken yet.</summary>
    public async ValueTask KeepAsync(LogState state, CancellationToken cancellationToken)
    {
        if (Count > 0)
            throw new InvalidOperationException($"{Count} batches wait in the outbox: a state is kept with a batch then.");
        State = state;
        await folder.PutAsync(StateName, JsonSerializer.SerializeToUtf8Bytes(new Kept(LastSequence, LastMilliseconds, state), Json), cancellationToken);
    }

    public void Dispose()
    {
        folder.Dispose();
        taken.Dispose();
    }

    /// <summary>The state of the last batch must outlive it.</summary>
    async ValueTask KeepAsync(long sequence, CancellationToken cancellationToken)
    {
        if (sequence != LastSequence)
            return;
        (OutboxBatch batch, LogState state) = await ReadBatchAsync(sequence, cancellationToken);
        await folder.PutAsync(StateName, JsonSerializer.SerializeToUtf8Bytes(new Kept(sequence, batch.Manifest.CompleteMilliseconds, state), Json), cancellationToken);
    }

    async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        if (await folder.FindAsync(StateName, cancellationToken) is not null)
        {
            Kept kept = JsonSerializer.Deserialize<Kept>(await folder.ReadAllAsync(StateName, FileBytesMax, cancellationToken), Json)!;
            (LastSequence, LastMilliseconds, State) = (kept.Sequence, kept.Milliseconds, kept.State);
        }

        await foreach (ObjectEntry entry in folder.AllAsync(BatchFolder, null, cancellationToken))
            waiting[long.Parse(entry.Name.AsSpan(BatchFolder.Length, 20), CultureInfo.InvariantCulture)] = entry.Length;
        if (waiting.Count == 0 || waiting.Last().Key < LastSequence)
            return;
        (OutboxBatch last, State) = await ReadBatchAsync(waiting.Last().Key, cancellationToken);
        (LastSequence, LastMilliseconds) = (last.Manifest.Sequence, last.Manifest.CompleteMilliseconds);
    }

    async ValueTask<(OutboxBatch Batch, LogState State)> ReadBatchAsync(long sequence, CancellationToken cancellationToken)
    {
        string name = NameOf(sequence);
        byte[] file = await folder.ReadAllAsync(name, FileBytesMax, cancellationToken);
        int end = Array.IndexOf(file, (byte)'\n');
        Head head = end < 0 ? throw new InvalidDataException($"'{name}' in {folder.Address} has no head.") : JsonSerializer.Deserialize<Head>(file.AsSpan(0, end), Json)!;
        byte[] content = file[(end + 1)..];
        if (content.Length != head.Manifest.Length || (content.Length > 0 && Convert.ToHexStringLower(SHA256.HashData(content)) != head.Manifest.Sha256))
            throw new InvalidDataException($"'{name}' in {folder.Address} is damaged: {content.Length} bytes of content, {head.Manifest.Length} were written. Its records can be read again by deleting the whole folder; the cloud then sees them twice under other ids.");
        return (new OutboxBatch(head.Manifest, content), head.State);
    }

    static string NameOf(long sequence) => $"{BatchFolder}{sequence:d20}.batch";

    sealed record Head(LogObjectManifest Manifest, LogState State);

    sealed record Kept(long Sequence, long Milliseconds, LogState State);
}
