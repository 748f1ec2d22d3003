using Orrery.Connectors.ChangeCapture;
using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels.Sources;

/// <summary>The sources that there are.</summary>
sealed class SourceFactory : ISourceFactory
{
    public IChangeSource Open(string channel, SourceSpec spec, string connection, string checkpoint) => throw new ChangeSourceException(ChangeSourceFault.Settings, $"{spec.Kind} is not there");
}
