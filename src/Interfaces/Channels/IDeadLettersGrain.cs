using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Channels;

/// <summary>Lines that a channel of log files could not read: what they are, and reading them again. Key: <c>tenant/channel</c>.</summary>
public interface IDeadLettersGrain : IGrainWithStringKey
{
    /// <summary>The letters, oldest first. A page may hold fewer than asked for although more follow, where many others lie between them.</summary>
    /// <exception cref="NotFoundException">There is no such channel.</exception>
    /// <exception cref="InvalidInputException">The cursor or the time range cannot be used.</exception>
    Task<Page<DeadLetter>> List(LetterQuery query, PageRequest page);

    /// <summary>How many there are, by reason.</summary>
    Task<LetterSummary> Summarize(LetterQuery query);

    /// <summary>Reads them and changes nothing.</summary>
    /// <exception cref="InvalidInputException">There is no such format.</exception>
    Task<LetterTrial> Try(ReplayDraft draft);

    /// <summary>
    /// Begins to read them again. Those that can be read go into the topic, each once however often it is replayed; the others stay dead, with the new reason. It goes on by itself, also
    /// after crashes, while the channel runs.
    /// </summary>
    /// <exception cref="ConflictException">The channel has no dead letters of its own, or a replay is running.</exception>
    /// <exception cref="InvalidInputException">There is no such format.</exception>
    Task<Replay> Replay(ReplayDraft draft, string user);

    /// <summary>The replay that runs, and the newest 20 that ended, newest first.</summary>
    Task<IReadOnlyList<Replay>> Replays();

    /// <summary>Ends a replay behind the letters that are under way. What was given stays.</summary>
    /// <exception cref="NotFoundException">There is no such replay.</exception>
    /// <exception cref="ConflictException">It has ended.</exception>
    Task<Replay> Cancel(long id);
}
