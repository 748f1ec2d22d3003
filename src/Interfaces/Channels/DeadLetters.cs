namespace Orrery.Interfaces.Channels;

/// <summary>Which dead letters of a channel are meant.</summary>
/// <param name="From">Lines that the agent read at this time or later; null: from the oldest that is kept.</param>
/// <param name="To">Lines read before this time; null: up to the newest.</param>
/// <param name="Reason">Only those with this reason, as <see cref="LetterReason.Reason"/> gives it; null: all.</param>
public sealed record LetterQuery(DateTimeOffset? From = null, DateTimeOffset? To = null, string? Reason = null);

/// <summary>A line that could not be read. One that was read since, or that is dead anew for another reason, is not shown any more.</summary>
/// <param name="Offset">Its place among the channel's dead letters.</param>
/// <param name="At">When the agent read it.</param>
/// <param name="Origin">The server that it comes from.</param>
/// <param name="Source">The agent's log source.</param>
/// <param name="Path">The file.</param>
/// <param name="Format">As what it was read last.</param>
/// <param name="Reason">Why it could not be.</param>
/// <param name="Text">The line, cut after 2,000 characters.</param>
/// <param name="Attempts">How often it was read, 1 or more.</param>
public sealed record DeadLetter(long Offset, DateTimeOffset At, string Origin, string Source, string Path, string Format, string Reason, string Text, int Attempts);

/// <summary>Letters that are dead for one reason.</summary>
/// <param name="Reason">The reason, with <c>#</c> for its numbers and <c>'..'</c> for what it quotes.</param>
/// <param name="Format">As what they were read.</param>
/// <param name="Letters">How many.</param>
/// <param name="FirstAt">Time of the oldest.</param>
/// <param name="LastAt">Time of the newest.</param>
/// <param name="Samples">At most 3 of their lines, cut after 300 characters.</param>
public sealed record LetterReason(string Reason, string Format, long Letters, DateTimeOffset FirstAt, DateTimeOffset LastAt, IReadOnlyList<string> Samples);

/// <param name="Letters">How many there are.</param>
/// <param name="Reasons">By reason and format, the most frequent first; at most 50.</param>
/// <param name="IsComplete">False: there are more than were looked at (200,000 letters or 64 MiB), and the numbers are of the oldest.</param>
public sealed record LetterSummary(long Letters, IReadOnlyList<LetterReason> Reasons, bool IsComplete);

/// <summary>What a replay would do.</summary>
/// <param name="Format">As what they were read.</param>
/// <param name="Letters">How many letters were tried.</param>
/// <param name="Readable">How many of them would go into the topic.</param>
/// <param name="Reasons">Why the others would stay dead.</param>
/// <param name="Samples">At most 3 entries as they would be in the topic, cut after 600 characters.</param>
/// <param name="IsComplete">False: there are more than were tried (2,000).</param>
public sealed record LetterTrial(string Format, long Letters, long Readable, IReadOnlyList<LetterReason> Reasons, IReadOnlyList<string> Samples, bool IsComplete);

/// <param name="Query">Which letters.</param>
/// <param name="Format">As what they are read; null: as the channel reads its lines now.</param>
public sealed record ReplayDraft(LetterQuery Query, string? Format = null);

/// <summary>Dead letters that are, or were, read again.</summary>
/// <param name="Id">Of the channel's replays; later ones are greater.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>cancelled</c>.</param>
/// <param name="Query">Which letters.</param>
/// <param name="Format">As what they are read.</param>
/// <param name="Share">How much of them was looked at, 0 to 1.</param>
/// <param name="Given">Letters that went into the topic.</param>
/// <param name="Remained">Letters that stayed dead.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC; null while it runs.</param>
public sealed record Replay(long Id, string State, LetterQuery Query, string Format, double Share, long Given, long Remained, string By, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);
