using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Intake;

/// <summary>One call's batches on their way: in the log, then at their servers.</summary>
sealed class IntakeDelivery(ServerSamples[] batches, long baseOffset, Task durable, long bytes)
{
    readonly TaskCompletionSource<SampleOutcome[]> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Exception? failure;

    public ServerSamples[] Batches { get; } = batches;

    public SampleOutcome[] Outcomes { get; } = new SampleOutcome[batches.Length];

    /// <summary>Offset of the first batch's record; the others follow.</summary>
    public long BaseOffset { get; } = baseOffset;

    public long EndOffset => BaseOffset + Batches.Length;

    public Task Durable { get; } = durable;

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
