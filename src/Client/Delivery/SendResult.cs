namespace Orrery.Client.Delivery;

internal enum SendOutcome
{
    /// <summary>The cloud has it.</summary>
    Accepted,
    /// <summary>The cloud can never take it.</summary>
    Rejected,
    /// <summary>Later.</summary>
    Retry,
    /// <summary>Later, and the key is to blame.</summary>
    KeyRefused,
}

/// <param name="Outcome">What to do.</param>
/// <param name="Detail">For people: status and the beginning of the answer, or the exception.</param>
/// <param name="RetryAfter">What the cloud asked for, or null.</param>
/// <param name="Answer">The counts of an accepted batch.</param>
internal readonly record struct SendResult(SendOutcome Outcome, string Detail, TimeSpan? RetryAfter, IntakeAnswer Answer);
