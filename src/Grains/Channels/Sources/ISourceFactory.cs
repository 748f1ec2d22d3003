using Orrery.Connectors.ChangeCapture;
using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels.Sources;

/// <summary>Opens the sources of channels.</summary>
interface ISourceFactory
{
    /// <summary>Opens a database's changes.</summary>
    /// <param name="channel">The channel's key; names what the source keeps at the database.</param>
    /// <param name="spec">Kind, tables, snapshot.</param>
    /// <param name="connection">The driver's connection text.</param>
    /// <param name="checkpoint">Where it goes on; empty: at the beginning.</param>
    /// <exception cref="ChangeSourceException">It cannot be opened there.</exception>
    IChangeSource Open(string channel, SourceSpec spec, string connection, string checkpoint);
}
