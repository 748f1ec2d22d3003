using Orrery.Interfaces.Health;
using Orrery.Log;

namespace Orrery.Grains.Health.Intake;

/// <summary>One call's batches on their way: in the log, then at their servers.</summary>
sealed class IntakeDelivery(ServerSamples[] batches, LogAppend append, long bytes)
{
    readonly TaskCompletionSource<SampleOutcome[]> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Exception? failure;

    public ServerSamples[] Batches { get; } = batches;

    public SampleOutcome[] Outcomes { get; } = new SampleOutcome[batches.Length];

    /// <summary>Offset of the first batch's record, once they are durable; the others follow.</summary>
    public long BaseOffset => append.DurableOffset;

    public long EndOffset => BaseOffset + Batches.Length;

    public Task Durable => append.Durable;

    public long Bytes { get; } = bytes;

    public Task<SampleOutcome[]> Completion => completion.Task;

    public void Fail(Exception reason) => failure ??= reason;

    public void Complete()
    {
        if (failure is not null)
            completion.TrySetException(failure);
        else
            completion.TrySetResult(Outcomes);
    }
}
