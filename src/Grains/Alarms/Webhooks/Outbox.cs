using Orrery.Grains.Alarms.Book;

namespace Orrery.Grains.Alarms.Webhooks;

/// <summary>The rules of deliveries: in order for each webhook, tried again after growing pauses, given up after a while.</summary>
static class Outbox
{
    /// <summary>What is to be tried now: of each webhook the oldest delivery, unless it waits after a failure. So messages of one webhook never overtake each other.</summary>
    public static IReadOnlyList<Delivery> Due(AlarmBookState state, DateTimeOffset now) =>
        [.. state.Outbox.DistinctBy(delivery => delivery.Url).Where(delivery => delivery.NextAt <= now)];

    /// <summary>When something is due next, or null where nothing waits.</summary>
    public static DateTimeOffset? NextDue(AlarmBookState state) =>
        state.Outbox.DistinctBy(delivery => delivery.Url).Select(delivery => (DateTimeOffset?)delivery.NextAt).Min();

    /// <summary>Notes what a try came to.</summary>
    /// <returns>The delivery as it waits on, or null when it was delivered or given up.</returns>
    public static Delivery? Note(AlarmBookState state, Delivery tried, DeliveryResult result, WebhookOptions options, DateTimeOffset now)
    {
        int index = state.Outbox.FindIndex(delivery => delivery.Id == tried.Id);
        if (index < 0)
            return null;
        if (result.Delivered)
        {
            state.Outbox.RemoveAt(index);
            Count(state, tried.Url, webhook => webhook with { Delivered = webhook.Delivered + 1, LastStatus = result.Status, LastAt = now });
            return null;
        }

        if (now - tried.QueuedAt >= options.GiveUpAfter)
        {
            state.Outbox.RemoveAt(index);
            CountFailed(state, tried, result.Status, now);
            return null;
        }

        Count(state, tried.Url, webhook => webhook with { LastStatus = result.Status, LastAt = now });
        return state.Outbox[index] = tried with { Attempts = tried.Attempts + 1, NextAt = now + Pause(tried.Attempts, options) };
    }

    public static void CountFailed(AlarmBookState state, Delivery delivery, string status, DateTimeOffset now) =>
        Count(state, delivery.Url, webhook => webhook with { Failed = webhook.Failed + 1, LastStatus = status, LastAt = now });

    public static TimeSpan Pause(int attemptsBefore, WebhookOptions options)
    {
        double seconds = options.RetryPauseFirst.TotalSeconds * Math.Pow(2, Math.Min(attemptsBefore, 20));
        return TimeSpan.FromSeconds(Math.Min(seconds, options.RetryPauseMax.TotalSeconds));
    }

    static void Count(AlarmBookState state, string url, Func<WebhookState, WebhookState> change)
    {
        int index = state.Webhooks.FindIndex(webhook => webhook.Url == url);
        if (index >= 0)
            state.Webhooks[index] = change(state.Webhooks[index]);
    }
}
