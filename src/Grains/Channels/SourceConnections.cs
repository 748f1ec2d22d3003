using System.Data.Common;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Channels;

/// <summary>Reads what is needed of a driver's connection text.</summary>
static class SourceConnections
{
    static readonly string[] HostNames = ["server", "host", "data source", "datasource", "address", "addr", "network address"];

    /// <summary>The host that a connection names, without port and instance.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or names no host, or several.</exception>
    public static string HostOf(string kind, string connection)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connection;
        }
        catch (ArgumentException)
        {
            throw new InvalidInputException("source.connection", $"The connection to {kind} cannot be read. Write name=value pairs with semicolons between them, such as Server=..;Port=..;User ID=..;Password=..");
        }

        string[] hosts = [.. HostNames.Where(parts.ContainsKey).Select(name => parts[name].ToString() ?? "")];
        if (hosts.Length != 1 || hosts[0].Length == 0 || hosts[0].Contains(',', StringComparison.Ordinal) && kind != "sqlserver")
            throw new InvalidInputException("source.connection", $"The connection to {kind} must name one host (Server=.. or Host=..); it names {hosts.Length}.");
        if (parts.ContainsKey("failover partner"))
            throw new InvalidInputException("source.connection", $"The connection to {kind} names a failover partner, a second host that is not checked. Leave it out; the server itself tells the driver its partner.");
        string host = hosts[0].Trim();
        if (kind == "sqlserver")
            host = host[(host.StartsWith("tcp:", StringComparison.OrdinalIgnoreCase) ? 4 : 0)..].Split(',', '\\')[0];
        return host;
    }
}
