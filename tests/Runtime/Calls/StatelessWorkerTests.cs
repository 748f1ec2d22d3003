namespace Orrery.Runtime.Tests.Calls;

public sealed class StatelessWorkerTests
{
    [Fact]
    public async Task Calls_to_one_identity_run_in_as_many_activations_as_allowed_and_no_more()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IWorkerGrain>("w");
        var gate = Clusters.Signal();
        var signals = Enumerable.Range(0, 3).Select(_ => Clusters.Signal()).ToArray();
        var calls = signals.Select(begun => grain.Work(begun, gate.Task)).ToArray();
        await Task.WhenAll(signals.Select(signal => signal.Task)).Soon();
        var fourth = Clusters.Signal();
        var queued = grain.Work(fourth, gate.Task);
        cluster.Silo.Statistics.GrainTypes.Single(type => type.GrainType == "worker").Activations.ShouldBe(3);
        fourth.Task.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        var workers = await Task.WhenAll(calls).Soon();
        workers.Distinct().Count().ShouldBe(3);
        workers.ShouldContain(await queued.Soon());
    }

    [Fact]
    public async Task An_idle_worker_is_used_again_before_another_is_made()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IWorkerGrain>("w");
        var workers = new HashSet<Guid>();
        for (int calls = 0; calls < 20; calls++) workers.Add(await grain.Work(Clusters.Signal(), Task.CompletedTask).Soon());
        workers.Count.ShouldBe(1);
    }
}

public interface IWorkerGrain : IGrainWithStringKey
{
    Task<Guid> Work(TaskCompletionSource begun, Task gate);
}

[StatelessWorker(3)]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly Guid _id = Guid.NewGuid();

    public async Task<Guid> Work(TaskCompletionSource begun, Task gate)
    {
        begun.SetResult();
        await gate;
        return _id;
    }
}
