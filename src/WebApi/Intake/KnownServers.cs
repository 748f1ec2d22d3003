using Orrery.Interfaces;
using Orrery.Interfaces.Servers;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Intake;

/// <summary>Servers of a site's key, made known to their site before something is said about them.</summary>
internal sealed class KnownServers(SeriesDirectory directory, IntakeDispatch dispatch)
{
    /// <exception cref="Orrery.Interfaces.Errors.InvalidInputException">The id cannot be one.</exception>
    /// <exception cref="Orrery.Interfaces.Errors.LimitReachedException">The site is full.</exception>
    public async Task<IServerGrain> OfAsync(Caller caller, string? server)
    {
        string id = EntityKeys.CheckPart("server", server);
        int minute = directory.Minute;
        await dispatch.EnsureAsync(caller, directory.Of(caller.Identity.Key!, minute), id, minute);
        return caller.OfOwnSite<IServerGrain>(id);
    }
}
