namespace Orrery.Client;

/// <summary>What kind of thing a notice tells.</summary>
public enum ClientNoticeKind
{
    /// <summary>The cloud answers again, or for the first time.</summary>
    Connected,
    /// <summary>The cloud does not take what is sent; it is kept and sent again.</summary>
    Away,
    /// <summary>The cloud refuses the key; everything is kept within the bounds.</summary>
    KeyRefused,
    /// <summary>The cloud can never take a batch or document; it was set aside and is not sent again.</summary>
    Rejected,
    /// <summary>Samples or lines were dropped.</summary>
    Dropped,
    /// <summary>The buffer folder cannot be used; batches are kept in memory.</summary>
    BufferFailed,
    /// <summary>The buffer folder was opened, and batches of an earlier run found in it.</summary>
    BufferOpened,
}

/// <summary>Trouble or recovery, for a log.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Text">What was tried, on what, and what follows. English, no secrets.</param>
public sealed record ClientNotice(ClientNoticeKind Kind, string Text);
