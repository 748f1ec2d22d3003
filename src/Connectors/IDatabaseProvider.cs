using System.Data.Common;

namespace Orrery.Connectors;

/// <summary>One engine's way to connect for looking, not for changing. The one place that knows its driver.</summary>
public interface IDatabaseProvider
{
    /// <summary>The names under which the engine is configured.</summary>
    IReadOnlyList<string> Engines { get; }

    /// <summary>
    /// An open connection of its own (not pooled) whose statements are read-only and end after <paramref name="timeout"/>, on the server where
    /// the engine can do so, and by the driver in any case. Blocks: drivers' synchronous calls are the ones that keep their time-outs.
    /// </summary>
    /// <param name="connectionString">As the driver takes it.</param>
    /// <param name="timeout">For connecting, and then for each statement; 1 s at least.</param>
    /// <exception cref="DbException">The server cannot be reached or refuses.</exception>
    /// <exception cref="ArgumentException">The connection string cannot be read. The message does not repeat it.</exception>
    DbConnection Open(string connectionString, TimeSpan timeout);
}
