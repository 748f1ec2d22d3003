using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>Grain state as one process reaches it. A row's newest term is kept beside it, so that a write which should have been fenced is seen when it lands.</summary>
internal sealed class ProcessGrainStorage(World world, Process process) : IFencedGrainStorage
{
    public Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken)
    {
        GrainStateOperation[] operations = [.. batch];
        return world.StateService.CallAsync(process, "ExecuteAsync", cancellationToken, () =>
        {
            world.StateRows.Execute(operations);
            return true;
        });
    }
}

/// <summary>The stored rows themselves.</summary>
internal sealed class StateRows(World world)
{
    private readonly MemoryGrainStorage _storage = new() { Faults = world.Options.Faults };
    private readonly Dictionary<GrainStateKey, long> _terms = [];

    public void Execute(IReadOnlyList<GrainStateOperation> operations)
    {
        _storage.ExecuteAsync(operations, default).GetAwaiter().GetResult();
        foreach (var operation in operations) Check(operation);
    }

    private void Check(GrainStateOperation operation)
    {
        if (operation.Outcome != GrainStateOutcome.Succeeded) return;
        long newest = _terms.GetValueOrDefault(operation.Key);
        if (operation.Term < newest)
            world.Violate($"{operation.Kind} of {operation.Key} in term {operation.Term} landed after term {newest} had claimed the row.");
        _terms[operation.Key] = Math.Max(newest, operation.Term);
    }
}
