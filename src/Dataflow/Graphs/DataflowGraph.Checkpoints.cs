using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Graphs;

public sealed partial class DataflowGraph
{
    private bool _isTransferred;

    /// <summary>The state of all operators as it lies in memory, until <see cref="EndCapture"/>.</summary>
    internal IReadOnlyList<CapturedUnit> BeginCapture()
    {
        ExpectBetweenSteps();
        _isTransferred = true;
        var units = new List<CapturedUnit>();
        foreach (var node in _operators)
        {
            Take(StateId(node), node.Transfer);
            if (node.Arrangement is { } arrangement) Take(RowsId(node), arrangement.Transfer);
        }

        foreach (var view in _views.Values)
            if (view is { Status: not ViewStatus.Live, Kept: { } kept }) Take(KeptId(view), kept.Transfer);
        return units;

        void Take(UnitId id, Action<StateTransfer> transfer)
        {
            var capture = new StateCapture();
            transfer(capture);
            if (!capture.IsEmpty) units.Add(capture.ToUnit(id));
        }
    }

    internal void EndCapture() => _isTransferred = false;

    internal CheckpointManifest Describe(long number, byte[] position, IReadOnlyList<SegmentCheckpoint> segments, IReadOnlyDictionary<UnitId, UnitCheckpoint> units) => new()
    {
        Number = number,
        NowMicroseconds = NowMicroseconds,
        Steps = _steps,
        Position = position,
        Segments = segments,
        Tables = [.. _tables.Keys],
        Stopped = [.. _views.Values.Where(view => view.Status != ViewStatus.Live).Select(view => new CheckpointManifest.StoppedView(view.Name, view.Status, view.Reason))],
        Units = units,
    };

    /// <summary>Gives the operators their numbers and memory, which is then to be filled. Views whose state is not there go until the end.</summary>
    internal Restoration BeginRestore(CheckpointManifest manifest)
    {
        ExpectBetweenSteps();
        foreach (var table in _tables.Values)
        {
            if (!HasState(table.Operator, manifest) && manifest.Tables.Contains(table.Relation.Name, StringComparer.OrdinalIgnoreCase))
                throw new CheckpointException($"Table {table.Relation.Name} has other columns, or keeps its rows otherwise, than when checkpoint {manifest.Number} was written. Declare it as it was, or start from the sources.");
        }

        var restoration = new Restoration([], [], []);
        foreach (var stopped in manifest.Stopped) Stop(stopped, manifest, restoration);
        RemoveUncovered(manifest, restoration.Removed);
        foreach (var node in _operators)
        {
            Give(StateId(node), node.Kind, node.Transfer, manifest, restoration);
            if (node.Arrangement is { } arrangement) Give(RowsId(node), $"the rows of {node.Kind}", arrangement.Transfer, manifest, restoration);
        }

        NowMicroseconds = _context.NowMicroseconds = manifest.NowMicroseconds;
        _steps = manifest.Steps;
        _isTransferred = true;
        return restoration;
    }

    /// <summary>All memory is filled.</summary>
    internal IReadOnlyList<string> EndRestore(Restoration restoration)
    {
        foreach (var action in restoration.Afterwards) action();
        _isTransferred = false;
        if (_partition.Count > 1 && restoration.Removed.Count > 0)
            throw new CheckpointException($"The checkpoint lacks the state of {string.Join(", ", restoration.Removed.Select(view => view.Name))}. Of several partitions, declare the views as they were when it was written.");
        foreach (var view in Enumerable.Reverse(restoration.Removed)) AddView(view.Name, view.Plan, view.Options);
        return [.. restoration.Removed.Select(view => view.Name)];
    }

    private void Stop(CheckpointManifest.StoppedView stopped, CheckpointManifest manifest, Restoration restoration)
    {
        if (!_views.TryGetValue(stopped.Name, out var view)) return;
        if (view.Status == ViewStatus.Live) Stop(view, stopped.Status, stopped.Reason);
        else view.Stop(stopped.Status, stopped.Reason);
        if (manifest.Units.ContainsKey(KeptId(view)))
        {
            view.Kept ??= new Collection(view.Layout, view.UniqueColumns, _memory);
            Give(KeptId(view), $"the rows of view {view.Name}", view.Kept.Transfer, manifest, restoration);
        }
        else
        {
            view.Kept?.Dispose();
            view.Kept = null;
        }
    }

    /// <summary>Removes the views that need an operator whose state is not there, readers first.</summary>
    private void RemoveUncovered(CheckpointManifest manifest, List<DataflowView> removed)
    {
        var missing = _operators.Where(node => node is not TableOperator && !HasState(node, manifest)).ToHashSet();
        var open = _views.Values.Where(view => view.Status == ViewStatus.Live && Needed(view.Root).Overlaps(missing)).ToList();
        while (open.Count > 0)
        {
            var view = open.First(candidate => !open.Any(other => other != candidate && ReadsView(other.Plan, candidate.Name)));
            open.Remove(view);
            removed.Add(view);
            RemoveView(view.Name);
        }
    }

    private static bool HasState(Operator node, CheckpointManifest manifest)
    {
        var capture = new StateCapture();
        node.Transfer(capture);
        return (capture.IsEmpty || manifest.Units.ContainsKey(StateId(node))) && (node.Arrangement is null || manifest.Units.ContainsKey(RowsId(node)));
    }

    private static void Give(UnitId id, string name, Action<StateTransfer> transfer, CheckpointManifest manifest, Restoration restoration)
    {
        if (!manifest.Units.TryGetValue(id, out var checkpoint)) return;
        var restore = new StateRestore(name, checkpoint, restoration.Targets, restoration.Afterwards);
        transfer(restore);
        restore.End();
    }

    private static UnitId StateId(Operator node) => IdOf("state", $"{node.Kind} {node.Fingerprint}", node.Layout);

    private static UnitId RowsId(Operator node) => IdOf("rows", $"{node.Kind} {node.Fingerprint}", node.Layout);

    private static UnitId KeptId(DataflowView view) => IdOf("kept", view.Name.ToUpperInvariant(), view.Layout);

    private static UnitId IdOf(string part, string name, RowLayout layout)
    {
        var digest = MemoryMarshal.Cast<byte, ulong>(SHA256.HashData(Encoding.UTF8.GetBytes($"{part}\n{name}\n{layout.Schema}")));
        return new UnitId(digest[0], digest[1]);
    }
}
