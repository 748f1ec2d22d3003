namespace Orrery.Client;

/// <summary>Wakes one waiting loop; a signal given before the wait is not lost.</summary>
internal sealed class AsyncSignal
{
    TaskCompletionSource<bool> source = New();

    public void Set() => Volatile.Read(ref source).TrySetResult(true);

    /// <summary>Completes on a signal, after <paramref name="timeout"/>, or at once when stopped. Clears the signal.</summary>
    public async Task Wait(TimeSpan timeout, IClientClock clock, CancellationToken cancellationToken)
    {
        Task signal = Volatile.Read(ref source).Task;
        if (!signal.IsCompleted && timeout > TimeSpan.Zero)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(signal, clock.Delay(timeout, stop.Token)).ConfigureAwait(false);
            stop.Cancel();
        }
        if (signal.IsCompleted)
            Volatile.Write(ref source, New());
    }

    static TaskCompletionSource<bool> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
