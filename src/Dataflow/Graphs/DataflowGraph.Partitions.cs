using Orrery.Dataflow.Operators;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Graphs;

/// <summary>
/// A graph as one partition of a dataflow: a step goes in stages, of which each takes the operators behind as many exchanges. All inputs of an operator are whole when it works, so that it works once a step,
/// as in a graph that is alone. Who runs it (<see cref="PartitionedGraph"/>) carries rows between stages.
/// </summary>
public sealed partial class DataflowGraph
{
    private readonly (int Number, int Count) _partition;
    private readonly Dictionary<Operator, string?> _failed = [];

    /// <summary>The last stage; the same at all partitions.</summary>
    internal int LastStage => _operators.Count == 0 ? 0 : _operators.Max(static node => node.Stage);

    internal (int Number, int Count) Partition => _partition;

    internal IReadOnlyList<ExchangeOperator> ExchangesInto(int stage) => [.. _operators.OfType<ExchangeOperator>().Where(exchange => exchange.Stage == stage)];

    internal void BeginStages(long nowMicroseconds)
    {
        ExpectBetweenSteps();
        _isInStep = true;
        NowMicroseconds = _context.NowMicroseconds = Math.Max(NowMicroseconds, nowMicroseconds);
        _failed.Clear();
    }

    /// <summary>Lets the operators of a stage work. One that has no value for a row has failed, and none that needs it works on.</summary>
    internal void StepStage(int stage)
    {
        foreach (var node in _operators)
        {
            if (node.Stage != stage) continue;
            if (node.Inputs.Any(_failed.ContainsKey))
            {
                _failed.Add(node, null);
                continue;
            }

            if (!IsDue(node) && !(node is ExchangeOperator { HasReceived: true })) continue;
            long started = _options.Clock?.GetTimestamp() ?? 0;
            try
            {
                node.Step(_context);
                Keep(node);
            }
            catch (SqlValueException error)
            {
                _failed.Add(node, error.Message);
                continue;
            }

            Count(node, started);
        }
    }

    /// <summary>Parts what goes into the next stage among the partitions.</summary>
    internal void SendStage(int stage, ExchangeOutbox outbox)
    {
        foreach (var exchange in ExchangesInto(stage + 1))
            if (!_failed.ContainsKey(exchange.Inputs[0])) exchange.Send(_context, outbox);
    }

    /// <summary>Operators of this partition that had no value for a row.</summary>
    internal IReadOnlyList<(ulong Operator, string Reason)> OwnFailures() =>
        [.. _failed.Where(static pair => pair.Value is not null).Select(static pair => (PartName.Of(pair.Key.Fingerprint), pair.Value!))];

    /// <summary>Bytes of the views that have a bound, in the steps in which they are looked at.</summary>
    internal IReadOnlyList<(ulong View, long Bytes)> OwnSizes() => (_steps + 1) % _options.StepsPerSizeCheck != 0 ? []
        : [.. _views.Values.Where(view => view.Status == ViewStatus.Live && BoundOf(view) != long.MaxValue).Select(view => (PartName.Of(view.Name.ToUpperInvariant()), StateBytesOf(view)))];

    /// <summary>All partitions have ended the last stage: what failed at one of them fails at all, and shows what it showed before the step.</summary>
    internal void EndStages(IEnumerable<(ulong Operator, string Reason)> failures, IEnumerable<(ulong View, long Bytes)> sizes)
    {
        foreach (var (number, reason) in failures)
        {
            if (_operators.Find(node => PartName.Of(node.Fingerprint) == number) is not { } failed) continue;
            foreach (var node in _operators.Where(node => Needed(node).Contains(failed)).ToArray()) node.Arrangement?.Revert();
            foreach (var view in _views.Values.Where(view => view.Status == ViewStatus.Live && Needed(view.Root).Contains(failed)).ToArray())
                if (view.Status == ViewStatus.Live) Stop(view, ViewStatus.Failed, reason);
        }

        _failed.Clear();
        _steps++;
        var sums = sizes.GroupBy(static size => size.View).ToDictionary(static group => group.Key, static group => group.Sum(size => size.Bytes));
        foreach (var view in _views.Values.ToArray())
        {
            if (view.Status != ViewStatus.Live || !sums.TryGetValue(PartName.Of(view.Name.ToUpperInvariant()), out long bytes) || bytes <= BoundOf(view)) continue;
            Stop(view, ViewStatus.Paused, $"The state of view {view.Name} is {bytes:N0} bytes, over its bound of {BoundOf(view):N0}. Raise the bound, or let the view keep less, and replace it.");
        }
    }

    /// <summary>A view that joins, until it is filled stage by stage.</summary>
    internal sealed class PendingView
    {
        internal required string Name { get; init; }

        internal required Plan Plan { get; init; }

        internal required ViewOptions Options { get; init; }

        internal required Operator Root { get; init; }

        internal required object Registry { get; init; }

        /// <summary>Why it cannot be filled here; null: it can.</summary>
        public string? Failure { get; set; }
    }

    /// <summary>Makes the operators of a view, which have no rows yet.</summary>
    /// <param name="replaces">Whether a view of the name is there, whose place it takes in the end.</param>
    internal PendingView BeginView(string name, Plan plan, ViewOptions options, bool replaces)
    {
        ExpectBetweenSteps();
        if (replaces) ExpectUnread(FindView(name));
        else ExpectNewName(name);
        var registry = _filling = new Registry(this, name, options.ReadsStopped);
        try
        {
            var root = new PlanBuilder(registry, options.Errors, _memory).Build(plan);
            if (options.IsMaterialized) registry.Arrange(root);
            root.Users++;
            if (options.IsMaterialized) root.ArrangementUsers++;
            registry.BeginFill();
            _isInStep = true;
            return new PendingView { Name = name, Plan = plan, Options = options, Root = root, Registry = registry };
        }
        catch
        {
            registry.Withdraw();
            _context.Arena.Reset();
            throw;
        }
    }

    /// <summary>Lets the new operators of a stage make their states of what is there.</summary>
    internal void FillStage(PendingView pending, int stage)
    {
        if (pending.Failure is not null) return;
        try
        {
            ((Registry)pending.Registry).FillStage(stage);
        }
        catch (SqlValueException error)
        {
            pending.Failure = error.Message;
        }
    }

    /// <summary>Parts what new operators of the next stage, or those between, need of this one.</summary>
    internal void SendFill(PendingView pending, int stage, ExchangeOutbox outbox)
    {
        if (pending.Failure is not null) return;
        try
        {
            ((Registry)pending.Registry).SendFill(stage, outbox);
        }
        catch (SqlValueException error)
        {
            pending.Failure = error.Message;
        }
    }

    /// <summary>The view is filled at all partitions.</summary>
    internal DataflowView EndView(PendingView pending)
    {
        ((Registry)pending.Registry).EndFill();
        _context.Arena.Reset();
        _isInStep = false;
        var view = new DataflowView(pending.Name, pending.Plan, pending.Options, pending.Root, Compute);
        if (_views.Remove(pending.Name, out var former)) Release(former);
        _views.Add(pending.Name, view);
        return view;
    }

    /// <summary>The view cannot be filled at one of the partitions: nothing of it stays.</summary>
    internal void WithdrawView(PendingView pending)
    {
        ((Registry)pending.Registry).WithdrawRoot(pending.Root, pending.Options.IsMaterialized);
        _context.Arena.Reset();
        _isInStep = false;
    }

    private long BoundOf(DataflowView view) => view.Options.BytesMax ?? _options.ViewBytesMax;

    private void ExpectWhole()
    {
        if (_partition.Count > 1) throw new InvalidOperationException($"The graph is partition {_partition.Number} of {_partition.Count}: its steps and views go through its {nameof(PartitionedGraph)}.");
    }

    private sealed partial class Registry
    {
        private readonly List<Operator> _arranged = [];
        private readonly List<ExchangeOperator> _retold = [];

        public (int Number, int Count) Partition => graph._partition;

        /// <summary>Finds the exchanges that are there and have to send again what they have sent, as new readers ask for it and nobody keeps it.</summary>
        public void BeginFill()
        {
            var seen = new HashSet<Operator>();
            var open = new Queue<Operator>(_arranged);
            foreach (var node in _created)
                if (!node.ReadsArrangements)
                    foreach (var input in node.Inputs) open.Enqueue(input);
            while (open.TryDequeue(out var node))
            {
                if (_created.Contains(node) || !seen.Add(node)) continue;
                if (node is ExchangeOperator exchange)
                {
                    if (node.Arrangement is not null && !_arranged.Contains(node)) continue;
                    exchange.IsRetold = true;
                    _retold.Add(exchange);
                    open.Enqueue(node.Inputs[0]);
                }
                else if (node.TellsInputs)
                {
                    foreach (var input in node.Inputs) open.Enqueue(input);
                }
            }
        }

        public void FillStage(int stage)
        {
            foreach (var source in _arranged)
            {
                if (source.Stage != stage) continue;
                Tell(source);
                Fill(source);
            }

            foreach (var node in _created)
            {
                if (node.Stage != stage) continue;
                if (!node.ReadsArrangements && node is not ExchangeOperator)
                    foreach (var input in node.Inputs) Tell(input);
                node.Backfill(graph._context);
                if (node.Arrangement is not null) Fill(node);
            }
        }

        public void SendFill(int stage, ExchangeOutbox outbox)
        {
            foreach (var exchange in graph.ExchangesInto(stage + 1))
            {
                if (!_retold.Contains(exchange) && !_created.Contains(exchange)) continue;
                Tell(exchange.Inputs[0]);
                exchange.Send(graph._context, outbox);
            }
        }

        public void EndFill() => Forget();

        /// <summary>As <see cref="Withdraw"/>, with the readers that the view was counted as.</summary>
        public void WithdrawRoot(Operator root, bool isMaterialized)
        {
            bool isCreated = _created.Contains(root);
            Withdraw();
            if (isCreated) return;
            if (isMaterialized) ReleaseArrangement(root);
            root.Users--;
        }

        private void ForgetExchanges()
        {
            foreach (var exchange in graph._operators.OfType<ExchangeOperator>()) exchange.Forget();
        }
    }
}
