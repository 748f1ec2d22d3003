using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Graphs;

public sealed partial class DataflowGraph
{
    /// <summary>Adds a view, filled from the rows that its tables and views hold. Between steps; takes time in their number.</summary>
    /// <param name="limit">Bounds the work; null: nothing does.</param>
    /// <exception cref="SqlValueException">A value of the rows that are there cannot be computed; nothing is added.</exception>
    /// <exception cref="Sql.Rows.RowMemoryException">It takes more memory than the limit; nothing is added.</exception>
    /// <exception cref="OperationCanceledException">The limit's cancellation; nothing is added.</exception>
    public DataflowView AddView(string name, Plan plan, ViewOptions? options = null, FillLimit? limit = null)
    {
        ExpectWhole();
        ExpectBetweenSteps();
        ExpectNewName(name);
        using var budget = limit is null ? null : new WorkBudget(FillBytes, limit.BytesMax, limit.Cancellation);
        var view = Create(name, plan, options ?? new ViewOptions());
        _views.Add(name, view);
        return view;
    }

    /// <summary>Removes a view that no other reads, and the operators that only it needed.</summary>
    public void RemoveView(string name)
    {
        ExpectBetweenSteps();
        var view = FindView(name);
        ExpectUnread(view);
        _views.Remove(name);
        Release(view);
    }

    /// <summary>Lets a view stand still: it shows its rows as they are now, and what only it needed goes. It goes on by being removed and added.</summary>
    public void PauseView(string name, string reason)
    {
        ExpectBetweenSteps();
        var view = FindView(name);
        if (view.Status != ViewStatus.Live) return;
        ExpectUnread(view);
        // Rows that others go on changing are not its rows any more.
        var copy = !view.Options.IsMaterialized || view.Root.ArrangementUsers > 1 || view.Root is TableOperator ? Copy(view) : null;
        Stop(view, ViewStatus.Paused, reason);
        view.Kept ??= copy;
    }

    /// <summary>The rows of an operator that keeps none.</summary>
    private void Compute(Operator root, RowReceiver receiver)
    {
        ExpectBetweenSteps();
        using var context = new StepContext(new RowArena(_options.StepBytesMax)) { NowMicroseconds = _context.NowMicroseconds };
        _memory.Rows = context.Arena;
        try
        {
            root.EmitContents(context);
            foreach (ref readonly var change in root.Output.Changes) receiver(change.Row, change.Weight);
        }
        finally
        {
            root.Output.Clear();
            _memory.Rows = _context.Arena;
        }
    }

    private Collection Copy(DataflowView view)
    {
        var copy = new Collection(view.Layout, view.UniqueColumns, _memory);
        view.ReadRows(copy.Apply);
        copy.Settle();
        return copy;
    }

    /// <summary>Puts another plan under a view's name: the new one is filled first, then takes the place of the former in one go. What both need stays.</summary>
    public DataflowView ReplaceView(string name, Plan plan, ViewOptions? options = null)
    {
        ExpectWhole();
        ExpectBetweenSteps();
        var former = FindView(name);
        ExpectUnread(former);
        var view = Create(name, plan, options ?? former.Options);
        _views[name] = view;
        Release(former);
        return view;
    }

    /// <summary>Bytes of state and of rows that are told.</summary>
    private long FillBytes()
    {
        long bytes = _context.Arena.ReservedBytes + _memory.ResidentBytes + _memory.SpilledBytes;
        foreach (var node in _operators) bytes += node.Output.Bytes;
        return bytes;
    }

    private DataflowView Create(string name, Plan plan, ViewOptions options)
    {
        _owners.Clear();
        var registry = _filling = new Registry(this, name, options.ReadsStopped);
        try
        {
            var root = new PlanBuilder(registry, options.Errors, _memory).Build(plan);
            if (options.IsMaterialized) registry.Arrange(root);
            root.Users++;
            if (options.IsMaterialized) root.ArrangementUsers++;
            registry.Fill();
            WorkBudget.Look();
            return new DataflowView(name, plan, options, root, Compute);
        }
        catch
        {
            registry.Withdraw();
            throw;
        }
        finally
        {
            _context.Arena.Reset();
        }
    }

    private void Release(DataflowView view)
    {
        _owners.Clear();
        if (view.Status != ViewStatus.Live)
        {
            view.Kept?.Dispose();
            return;
        }

        if (view.Options.IsMaterialized) ReleaseArrangement(view.Root);
        Release(view.Root);
    }

    /// <summary>One reader less; an operator without readers goes, and so on down.</summary>
    private void Release(Operator node)
    {
        if (--node.Users > 0) return;
        _operators.Remove(node);
        _byFingerprint.Remove(node.Fingerprint);
        var inputs = node.Inputs;
        node.Dispose();
        for (int index = 0; index < inputs.Count; index++)
        {
            if (node.ReadsArrangementOf(index)) ReleaseArrangement(inputs[index]);
            Release(inputs[index]);
        }
    }

    private static void ReleaseArrangement(Operator node)
    {
        if (--node.ArrangementUsers > 0 || node.Arrangement is null) return;
        node.Arrangement.Dispose();
        node.Arrangement = null;
    }

    private void ExpectUnread(DataflowView view)
    {
        var readers = _views.Values.Where(other => other != view && other.Status == ViewStatus.Live && other.Plan != view.Plan && ReadsView(other.Plan, view.Name)).Select(other => other.Name).ToList();
        if (readers.Count > 0) throw new InvalidOperationException($"View {view.Name} is read by {string.Join(", ", readers)}. Remove or replace those first.");
    }

    private static bool ReadsView(Plan plan, string name) =>
        (plan is ScanPlan scan && string.Equals(scan.Relation.Name, name, StringComparison.OrdinalIgnoreCase)) || plan.Inputs.Any(input => ReadsView(input, name));

    /// <summary>Stops all live views that need an operator; returns how many operators before a place went.</summary>
    private int Stop(Operator node, ViewStatus status, string reason, int place)
    {
        int before = 0;
        var former = _operators.Take(place + 1).ToList();
        foreach (var view in _views.Values.Where(view => view.Status == ViewStatus.Live && Needed(view.Root).Contains(node)).ToArray())
            if (view.Status == ViewStatus.Live) Stop(view, status, reason);
        foreach (var other in former)
            if (!_operators.Contains(other)) before++;
        return before;
    }

    /// <summary>Stops a view: its rows stay as they are, the operators that only it needs go.</summary>
    private void Stop(DataflowView view, ViewStatus status, string reason)
    {
        foreach (var reader in _views.Values.Where(other => other != view && other.Status == ViewStatus.Live && ReadsView(other.Plan, view.Name)).ToArray())
            Stop(reader, status, $"It reads view {view.Name}, which stopped: {reason}");
        var root = view.Root;
        view.Stop(status, reason);
        // The rows stay with the view, if nobody else reads them; else it gets none: the others show them.
        if (view.Options.IsMaterialized && --root.ArrangementUsers == 0 && root is not TableOperator) root.Arrangement = null;
        else view.Kept = null;
        Release(root);
    }

    /// <summary>Of the views that need an operator, the one that it lies nearest to; null: none yet.</summary>
    private string? OwnerOf(Operator node)
    {
        if (_owners.TryGetValue(node, out string? known)) return known;
        string? owner = _views.Values.Where(view => view.Status == ViewStatus.Live).Select(view => (view.Name, Needed: Needed(view.Root))).Where(view => view.Needed.Contains(node)).OrderBy(view => view.Needed.Count).Select(view => view.Name).FirstOrDefault();
        return owner is null ? null : _owners[node] = owner;
    }

    /// <summary>New operators of one view until they are filled.</summary>
    private sealed partial class Registry(DataflowGraph graph, string view, bool readsStopped) : IOperatorRegistry
    {
        private readonly List<Operator> _created = [];
        private readonly HashSet<Operator> _told = [];

        public Action<MapOperator, nint, SqlValueException> OnDropped => (node, row, error) =>
        {
            // What was there when a view came is read once more to fill it; its dropped rows are known.
            if (graph._filling is { } filling && !filling._created.Contains(node)) return;
            node.Counters.RowsDropped++;
            graph.OnDeadLetter?.Invoke(new DeadRow(graph.OwnerOf(node) ?? view, node.Inputs[0].Layout, row, error));
        };

        public Operator? Find(string fingerprint) => graph._byFingerprint.GetValueOrDefault(fingerprint);

        public Operator? FindRelation(string name)
        {
            if (graph._tables.TryGetValue(name, out var table)) return table.Operator;
            if (!graph._views.TryGetValue(name, out var found)) return null;
            return found.Status == ViewStatus.Live ? found.Root : readsStopped && found.Kept is { } rows ? Stopped(found, rows) : null;
        }

        private Operator Stopped(DataflowView stopped, Collection rows)
        {
            string fingerprint = $"stopped {stopped.Name.ToUpperInvariant()}";
            if (Find(fingerprint) is { } known) return known;
            var source = new StoppedRowsOperator(fingerprint, stopped.Layout, rows);
            Add(source);
            return source;
        }

        public void Add(Operator created)
        {
            created.Id = graph._nextId++;
            created.Stage = created.Inputs.Select(static input => input.Stage).DefaultIfEmpty().Max() + (created is ExchangeOperator ? 1 : 0);
            graph._operators.Add(created);
            graph._byFingerprint.Add(created.Fingerprint, created);
            _created.Add(created);
            for (int index = 0; index < created.Inputs.Count; index++)
            {
                created.Inputs[index].Users++;
                if (created.ReadsArrangementOf(index)) created.Inputs[index].ArrangementUsers++;
            }
        }

        public void Arrange(Operator source)
        {
            if (source.Arrangement is not null) return;
            source.Arrangement = new Collection(source.Layout, source.UniqueColumns, graph._memory);
            if (_created.Contains(source)) return;
            if (graph._partition.Count > 1)
            {
                // What it holds may have to come from other partitions; see FillStage.
                _arranged.Add(source);
                return;
            }

            try
            {
                Tell(source);
                Fill(source);
            }
            catch
            {
                // What is not whole must not be found by the next.
                source.Arrangement.Dispose();
                source.Arrangement = null;
                throw;
            }
        }

        public string Fingerprint(Plan plan) => PlanPrinter.Print(plan);

        /// <summary>Lets the new operators make their states of what is there.</summary>
        public void Fill()
        {
            foreach (var node in _created)
            {
                if (!node.ReadsArrangements)
                    foreach (var input in node.Inputs) Tell(input);
                node.Backfill(graph._context);
                if (node.Arrangement is not null) Fill(node);
            }

            Forget();
        }

        /// <summary>Takes back what was added.</summary>
        public void Withdraw()
        {
            Forget();
            foreach (var node in Enumerable.Reverse(_created))
            {
                graph._operators.Remove(node);
                graph._byFingerprint.Remove(node.Fingerprint);
                node.Dispose();
                for (int index = 0; index < node.Inputs.Count; index++)
                {
                    node.Inputs[index].Users--;
                    if (node.ReadsArrangementOf(index)) ReleaseArrangement(node.Inputs[index]);
                }
            }
        }

        private void Tell(Operator source)
        {
            if (_created.Contains(source) || !_told.Add(source)) return;
            source.Output.Clear();
            source.EmitContents(graph._context);
        }

        private static void Fill(Operator source)
        {
            foreach (ref readonly var change in source.Output.Each) source.Arrangement!.Apply(change.Row, change.Weight);
            source.Arrangement!.Settle();
        }

        private void Forget()
        {
            foreach (var node in graph._operators) node.Output.Clear();
            if (graph._partition.Count > 1) ForgetExchanges();
            foreach (var node in _created) node.Settle();
            graph._filling = null;
        }
    }
}
