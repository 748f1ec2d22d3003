using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Topics;

/// <summary>Makes calls to a partition again while it moves, reopens, or is overloaded.</summary>
sealed class TopicRetries(TopicWriterOptions options, TimeProvider time, Random random)
{
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var pause = options.PauseFirst;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception failure) when (attempt < options.AttemptsMax && IsPassing(failure))
            {
                // Between half of the pause and all of it, so that callers who failed together come apart.
                await Task.Delay(pause * (0.5 + (random.NextDouble() / 2)), time, cancellationToken);
                pause = pause * 2 < options.PauseMax ? pause * 2 : options.PauseMax;
            }
        }
    }

    /// <summary>Whether another attempt may fare better.</summary>
    static bool IsPassing(Exception failure) => failure is TopicUnavailableException or OverloadedException or SiloUnavailableException or TimeoutException or InconsistentStateException;
}
