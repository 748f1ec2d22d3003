using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Storing;

/// <summary>
/// Keeps a list elsewhere (a site's entry at its tenant, a tenant's in the directory) equal to the grain that it is about. The grain
/// stores itself first and announces itself then; what a crash or a failure leaves unannounced is announced again by
/// a timer and at the next activation. Announcing twice is harmless.
/// </summary>
sealed class Announcement(Grain grain, string subject, Func<Task> announce, ILogger logger)
{
    static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(15);

    IGrainTimer? retry;

    /// <summary>Announces now; a refusal by the list (it is full, the parent is gone) reaches the caller, other failures are tried again until they end.</summary>
    public async Task TryNow()
    {
        try
        {
            await announce();
            Stop();
        }
        catch (Exception failure) when (failure is not Interfaces.Errors.RefusalException)
        {
            StoringMessages.AnnouncementFailed(logger, subject, grain.GetPrimaryKeyString(), RetryPeriod, failure);
            Start(RetryPeriod);
        }
    }

    /// <summary>Announces soon, without holding up the activation.</summary>
    public void Soon() => Start(TimeSpan.Zero);

    void Start(TimeSpan dueTime)
    {
        Stop();
        retry = grain.RegisterGrainTimer(Retry, new GrainTimerCreationOptions(dueTime, RetryPeriod));
    }

    async Task Retry(CancellationToken cancellationToken)
    {
        try
        {
            await announce();
            Stop();
        }
        catch (Interfaces.Errors.RefusalException refusal)
        {
            Stop();
            StoringMessages.AnnouncementRefused(logger, subject, grain.GetPrimaryKeyString(), refusal.Message);
        }
        catch (Exception failure)
        {
            StoringMessages.AnnouncementFailed(logger, subject, grain.GetPrimaryKeyString(), RetryPeriod, failure);
        }
    }

    void Stop()
    {
        retry?.Dispose();
        retry = null;
    }
}
