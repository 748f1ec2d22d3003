using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Alarms.Webhooks;

/// <param name="SealedSecret">See <see cref="Secrets.SecretBox"/>; null where requests are not signed.</param>
sealed record WebhookState(string Url, Severity SeverityMin, byte[]? SealedSecret, long Delivered, long Failed, string? LastStatus, DateTimeOffset? LastAt);

/// <summary>One message for one webhook, kept until it is delivered or given up.</summary>
/// <param name="Id">Unique; a repeat after a crash carries the same.</param>
/// <param name="Url">The webhook's.</param>
/// <param name="Event"><c>fired</c>, <c>acknowledged</c> or <c>resolved</c>.</param>
/// <param name="Body">The request's JSON.</param>
/// <param name="QueuedAt">UTC.</param>
/// <param name="Attempts">Tries that failed.</param>
/// <param name="NextAt">Not to be tried before, UTC.</param>
sealed record Delivery(string Id, string Url, string Event, string Body, DateTimeOffset QueuedAt, int Attempts, DateTimeOffset NextAt);
