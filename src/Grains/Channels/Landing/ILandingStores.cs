using Orrery.Connectors.ObjectStores;

namespace Orrery.Grains.Channels.Landing;

/// <summary>Opens stores by their addresses.</summary>
interface ILandingStores
{
    /// <param name="address">As <see cref="Interfaces.Channels.LandingSpec.Store"/>; empty: the lake folder.</param>
    /// <exception cref="Interfaces.Errors.InvalidInputException">It cannot be read or is not allowed.</exception>
    IObjectStore Open(string address);
}
