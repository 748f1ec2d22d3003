using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;

namespace Orrery.Dataflow.Graphs;

public sealed partial class DataflowGraph
{
    private readonly Dictionary<string, TableJournal> _journals = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, (Segment Segment, ICheckpointStore Store)> _restored = new(StringComparer.Ordinal);
    private long _checkpoint;

    /// <summary>
    /// Writes what changed since the last checkpoint, between steps. The manifest counts when the host has written it, after all segments; until then the former one does. When writing fails, the graph goes on, and
    /// the next checkpoint begins with bases.
    /// </summary>
    /// <exception cref="InvalidOperationException">A table keeps no rows: its views could not be made again.</exception>
    public CheckpointManifest WriteCheckpoint(ICheckpointStore store)
    {
        ExpectBetweenSteps();
        var tables = new List<TableCheckpoint>();
        var operators = new List<OperatorCheckpoint>();
        _checkpoint++;
        int segment = 0;
        try
        {
            foreach (var (name, table) in _tables)
            {
                if (table.Operator.Arrangement is not { } rows)
                    throw new InvalidOperationException($"Table {name} keeps no rows, so that no checkpoint can make its views again. Add it with keepsRows.");
                if (!_journals.TryGetValue(name, out var journal))
                {
                    _journals.Add(name, journal = new TableJournal(rows, _memory));
                    rows.Journal = journal;
                }

                journal.Write(store, $"{_checkpoint:D8}-{segment++}");
                tables.Add(new TableCheckpoint(name, table.Operator.Latest, table.LateRows, [.. journal.Segments]));
            }

            foreach (var node in _operators)
                if (node.History is { } history) operators.Add(new OperatorCheckpoint(node.Fingerprint, SegmentFile.Write(store, $"{_checkpoint:D8}-{segment++}", history)));
        }
        catch
        {
            StopJournals();
            throw;
        }

        return new CheckpointManifest(_checkpoint, NowMicroseconds, tables, operators);
    }

    /// <summary>Fills the tables of a graph that has no views yet. Tables that the manifest does not name stay empty; views that are added next are filled from the rows, and go on as those of the former graph would.</summary>
    /// <exception cref="CheckpointException">A segment is damaged; the graph is to be thrown away.</exception>
    public void LoadCheckpoint(CheckpointManifest manifest, ICheckpointStore store)
    {
        ExpectBetweenSteps();
        if (_views.Count > 0) throw new InvalidOperationException("A checkpoint is loaded before views are added.");
        foreach (var saved in manifest.Tables)
        {
            var table = FindTable(saved.Name).Operator;
            var rows = table.Arrangement ?? throw new InvalidOperationException($"Table {saved.Name} keeps no rows. Add it with keepsRows.");
            rows.Clear();
            foreach (var segment in saved.Segments) SegmentFile.Read(store, segment, rows);
            table.Restore(saved.Latest, saved.LateRows);
            var journal = new TableJournal(rows, _memory);
            journal.Segments.AddRange(saved.Segments);
            _journals.Add(saved.Name, journal);
            rows.Journal = journal;
        }

        _restored = manifest.Operators.ToDictionary(node => node.Fingerprint, node => (node.Segment, store), StringComparer.Ordinal);
        NowMicroseconds = _context.NowMicroseconds = manifest.NowMicroseconds;
        _checkpoint = manifest.Number;
    }

    /// <summary>Fills an operator that joins: from the checkpoint what is more than its inputs' rows.</summary>
    private void Fill(Operator node)
    {
        if (node.History is { } history && _restored.Remove(node.Fingerprint, out var saved))
        {
            SegmentFile.Read(saved.Store, saved.Segment, history);
            node.EmitContents(_context);
            return;
        }

        node.Backfill(_context);
    }

    private void StopJournals()
    {
        foreach (var (name, journal) in _journals)
        {
            if (_tables.TryGetValue(name, out var table) && table.Operator.Arrangement is { } rows) rows.Journal = null;
            journal.Dispose();
        }

        _journals.Clear();
    }
}
