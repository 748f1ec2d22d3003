using System.Data.Common;

namespace Orrery.Connectors;

/// <summary>Reads connection strings with errors that do not repeat them: they hold passwords.</summary>
internal static class ConnectionText
{
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static TBuilder Read<TBuilder>(string engine, string connectionString, Func<string, TBuilder> make)
        where TBuilder : DbConnectionStringBuilder
    {
        try
        {
            return make(connectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException or NotSupportedException or DbException)
        {
            throw new ArgumentException($"The connection string of a {engine} database cannot be read ({error.GetType().Name}). It is a list of name=value pairs separated by semicolons; see the agent's guide for one of each engine.");
        }
    }
}
