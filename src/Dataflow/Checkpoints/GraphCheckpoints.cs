using System.Globalization;
using Orrery.Dataflow.Graphs;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>
/// Checkpoints of one graph in a store: its whole state (tables, arrangements, aggregates, timers, clock) between two steps, with the host's word on where its inputs stood.
/// <code>
/// segments are put first, the manifest last: a checkpoint is there or it is not
/// a segment holds blocks of state that changed since the checkpoint before; the manifest says for each block of the state in which segment it lies
/// when segments outgrow the state, the blocks of those that are needed least are written once more; segments that no kept checkpoint needs are deleted
/// </code>
/// A graph with the same tables and views that is restored does from then on exactly what the one that was written would have done, to the order of its changes. One owner at a time: a successor
/// has a higher <see cref="CheckpointOptions.Term"/>. For one call at a time, and the graph must rest while one is under way.
/// </summary>
public sealed class GraphCheckpoints(ICheckpointStore store, CheckpointOptions? options = null)
{
    private const string ManifestPrefix = "manifest-";
    private const string SegmentPrefix = "segment-";

    private readonly CheckpointOptions _options = options ?? new CheckpointOptions();
    private readonly List<(string Name, CheckpointManifest Manifest)> _recent = [];
    private readonly List<string> _problems = [];
    private readonly Queue<string> _candidates = [];
    private long _lastNumber;
    private bool _isOpen;

    /// <summary>Views that stood still when the newest checkpoint was written. A graph that has them when it is restored shows their rows.</summary>
    public IReadOnlyList<string> StoppedViews => _recent.Count == 0 ? [] : [.. _recent[^1].Manifest.Stopped.Select(view => view.Name)];

    /// <summary>Why newer checkpoints were passed over when the store was opened.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The positions of the checkpoints that are kept, as far as they were written or opened here, oldest first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> KeptPositions => [.. _recent.Select(recent => (ReadOnlyMemory<byte>)recent.Manifest.Position)];

    /// <summary>Finds the newest checkpoint that is there with all its segments.</summary>
    /// <returns>What the host gave with it; null: the store has no checkpoint.</returns>
    /// <exception cref="CheckpointException">There are checkpoints, but none is whole.</exception>
    public async Task<ReadOnlyMemory<byte>?> Open(CancellationToken cancellation)
    {
        _problems.Clear();
        _candidates.Clear();
        var names = (await store.List(cancellation)).ToHashSet(StringComparer.Ordinal);
        var manifests = names.Where(name => name.StartsWith(ManifestPrefix, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal).ToList();
        _lastNumber = manifests.Count == 0 ? 0 : manifests.Max(NumberOf);
        _isOpen = true;
        foreach (string name in manifests) _candidates.Enqueue(name);
        if (await OpenNext(cancellation) is { } position) return position;
        return manifests.Count == 0 ? null : throw NoneLeft(manifests.Count);
    }

    /// <summary>Passes over the checkpoint that <see cref="Open"/> found, since its restore failed, and finds the one before it. The next restore needs another graph.</summary>
    /// <param name="reason">Why, as it is told in <see cref="Problems"/>.</param>
    /// <returns>What the host gave with it.</returns>
    /// <exception cref="CheckpointException">There is none that is whole.</exception>
    public async Task<ReadOnlyMemory<byte>> OpenOlder(string reason, CancellationToken cancellation)
    {
        _problems.Add(reason);
        return await OpenNext(cancellation) ?? throw NoneLeft(_problems.Count);
    }

    /// <summary>
    /// Gives the graph the state of the checkpoint that <see cref="Open"/> found. The graph has its tables and views as they were declared, and no rows. After an error it is of no use: make another.
    /// </summary>
    /// <returns>Views whose state the checkpoint does not have, as it was written before they were made or when they shared other operators: they have been filled from the rows that are there, and are other objects now.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or a table was declared otherwise.</exception>
    public async Task<IReadOnlyList<string>> Restore(DataflowGraph graph, CancellationToken cancellation)
    {
        if (_recent.Count == 0) throw new InvalidOperationException("There is no checkpoint to restore: Open has found none, or was not called.");
        var (name, manifest) = _recent[^1];
        var restoration = graph.BeginRestore(manifest);
        foreach (var group in restoration.Targets.GroupBy(target => target.Block.Segment).OrderBy(group => group.Key))
        {
            var segment = manifest.Segments[group.Key];
            byte[] bytes = await store.Get(segment.Name, cancellation) ?? throw Missing(name, segment.Name);
            if (bytes.Length != segment.Bytes)
                throw new CheckpointException($"Segment {segment.Name}, which {name} needs, has {bytes.Length:N0} bytes instead of {segment.Bytes:N0}. Bring it back, or restore an older checkpoint.");
            foreach (var target in group)
                if (!StateBlocks.Fill(target, bytes)) throw new CheckpointException($"Segment {segment.Name}, which {name} needs, is damaged at byte {target.Block.Offset:N0}. Bring it back, or restore an older checkpoint.");
        }

        return graph.EndRestore(restoration);
    }

    /// <summary>Writes a checkpoint of the graph, between two steps; until it is done the graph must not be used. <see cref="Capture"/> and <see cref="Complete"/> in one.</summary>
    /// <param name="graph">The graph that was restored, or one that began without a checkpoint.</param>
    /// <param name="position">The host's word on where the inputs stand; <see cref="Open"/> gives it back.</param>
    /// <param name="cancellation">Ends it without a checkpoint; the next one does not suffer.</param>
    public async Task<CheckpointReport> Write(DataflowGraph graph, ReadOnlyMemory<byte> position, CancellationToken cancellation) =>
        await Complete(await Capture(graph, position, cancellation), cancellation);

    /// <summary>
    /// Takes what changed of the graph's state, between two steps; until it is done the graph must not be used. Up to <see cref="CheckpointOptions.HeldBytesMax"/> are copied, the rest is written here. It is no
    /// checkpoint before it is completed, and the next capture must wait for that.
    /// </summary>
    public async Task<CapturedCheckpoint> Capture(DataflowGraph graph, ReadOnlyMemory<byte> position, CancellationToken cancellation)
    {
        if (!_isOpen) await Open(cancellation);
        long number = _lastNumber + 1;
        var units = graph.BeginCapture();
        try
        {
            long stateBytes = units.Sum(unit => unit.Pieces.Sum(piece => piece.Bytes));
            var former = _recent.Count == 0 || IsOutgrown(_recent[^1].Manifest, stateBytes, AnewFactor) ? null : _recent[^1].Manifest;
            var writer = new SegmentWriter(
                store, _options.SegmentBytesMax, $"{SegmentPrefix}{_options.Term:d10}-{number:d12}", former, former is null ? new HashSet<int>() : Renewed(former, stateBytes), _options.HeldBytesMax);
            var checkpoints = new Dictionary<UnitId, UnitCheckpoint>(units.Count);
            foreach (var unit in units) checkpoints.Add(unit.Id, await writer.Write(unit, cancellation));
            await writer.Flush(cancellation);
            var manifest = graph.Describe(number, position.ToArray(), writer.Segments, checkpoints);
            return new CapturedCheckpoint(manifest, writer, new CheckpointReport(number, stateBytes, writer.WrittenBytes, writer.Segments.Count, former is null));
        }
        finally
        {
            graph.EndCapture();
        }
    }

    /// <summary>Makes a checkpoint of what was captured. The graph may be used meanwhile.</summary>
    public async Task<CheckpointReport> Complete(CapturedCheckpoint captured, CancellationToken cancellation)
    {
        var manifest = captured.Manifest;
        await captured.Writer.PutHeld(cancellation);
        string name = $"{ManifestPrefix}{_options.Term:d10}-{manifest.Number:d12}";
        await store.Put(name, manifest.Encode(), cancellation);
        _lastNumber = manifest.Number;
        _recent.Add((name, manifest));
        if (_recent.Count > Math.Max(1, _options.Kept)) _recent.RemoveAt(0);
        await DeleteUnneeded(cancellation);
        return captured.Report;
    }

    /// <summary>Deletes all checkpoints of a store.</summary>
    public static async Task Clear(ICheckpointStore store, CancellationToken cancellation)
    {
        // Manifests first: none may name what is gone.
        foreach (string name in (await store.List(cancellation)).Where(IsOurs).Order(StringComparer.Ordinal)) await store.Delete(name, cancellation);
    }

    private async Task<ReadOnlyMemory<byte>?> OpenNext(CancellationToken cancellation)
    {
        _recent.Clear();
        var names = (await store.List(cancellation)).ToHashSet(StringComparer.Ordinal);
        while (_candidates.TryDequeue(out string? name))
        {
            try
            {
                var manifest = CheckpointManifest.Decode(name, await store.Get(name, cancellation) ?? throw new CheckpointException($"{name} is gone."));
                if (manifest.Segments.FirstOrDefault(segment => !names.Contains(segment.Name)) is { } missing) throw Missing(name, missing.Name);
                _recent.Add((name, manifest));
                return manifest.Position;
            }
            catch (CheckpointException error)
            {
                _problems.Add(error.Message);
            }
        }

        return null;
    }

    private CheckpointException NoneLeft(int count) =>
        new($"None of {count} checkpoints can be read: {string.Join(' ', _problems)} Bring the files back, or delete them all and start from the sources.");

    private static bool IsOurs(string name) => name.StartsWith(ManifestPrefix, StringComparison.Ordinal) || name.StartsWith(SegmentPrefix, StringComparison.Ordinal);

    /// <summary>Whether segments are so many times what they may be.</summary>
    private bool IsOutgrown(CheckpointManifest manifest, long stateBytes, double factor) =>
        manifest.Segments.Sum(segment => segment.Bytes) > factor * SegmentBytesBound(stateBytes) || manifest.Segments.Count > factor * SegmentsBound(stateBytes);

    private double SegmentBytesBound(long stateBytes) => _options.SegmentsToStateMax * Math.Max(stateBytes, StateBytesMin);

    private long SegmentsBound(long stateBytes) => _options.SegmentsMax + stateBytes / _options.SegmentBytesMax;

    /// <summary>Segments to do without, those with the fewest bytes that are needed first, until all are well within their bounds; no more than a small part of the state is written for it at once.</summary>
    private HashSet<int> Renewed(CheckpointManifest former, long stateBytes)
    {
        var renewed = new HashSet<int>();
        if (!IsOutgrown(former, stateBytes, 1)) return renewed;
        long[] needed = new long[former.Segments.Count];
        foreach (var piece in former.Units.Values.SelectMany(unit => unit.Pieces))
        {
            for (int index = 0; index < piece.Blocks.Length; index++)
                if (piece.Blocks[index].Segment is >= 0 and var segment) needed[segment] += Math.Min(CheckpointManifest.BlockBytes, piece.Bytes - (long)index * CheckpointManifest.BlockBytes);
        }

        long bytes = former.Segments.Sum(segment => segment.Bytes), left = Math.Max(_options.HeldBytesMax / 2, stateBytes / RenewedShare);
        foreach (int segment in Enumerable.Range(0, needed.Length).OrderBy(index => needed[index]))
        {
            left -= needed[segment];
            if (left < 0 || (bytes <= RenewedTo * SegmentBytesBound(stateBytes) && needed.Length - renewed.Count <= RenewedTo * SegmentsBound(stateBytes))) break;
            renewed.Add(segment);
            bytes -= former.Segments[segment].Bytes - needed[segment];
        }

        return renewed;
    }

    /// <summary>From so many times their bounds on, all is written anew.</summary>
    private const double AnewFactor = 2;

    /// <summary>The part of their bounds to which segments are brought.</summary>
    private const double RenewedTo = 0.75;

    /// <summary>One in so many bytes of the state is written once more at most.</summary>
    private const int RenewedShare = 8;

    /// <summary>A state below this counts as this large: it is not worth writing anew so often.</summary>
    private const long StateBytesMin = 1024 * 1024;

    private async Task DeleteUnneeded(CancellationToken cancellation)
    {
        var needed = _recent.SelectMany(recent => recent.Manifest.Segments.Select(segment => segment.Name).Append(recent.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (string name in await store.List(cancellation))
        {
            // What a successor wrote is not ours to judge.
            if (IsOurs(name) && !needed.Contains(name) && TermOf(name) <= _options.Term) await store.Delete(name, cancellation);
        }
    }

    private static long TermOf(string name) => Part(name, 1);

    private static long NumberOf(string name) => Part(name, 2);

    private static long Part(string name, int index)
    {
        string[] parts = name.Split('-');
        return index < parts.Length && long.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : long.MaxValue - 1;
    }

    private static CheckpointException Missing(string manifest, string segment) => new($"{manifest} needs segment {segment}, which is not in the store. Bring it back, or restore an older checkpoint.");
}
