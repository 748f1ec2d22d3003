using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Sites;

namespace Orrery.Grains.Keys;

/// <remarks>Reentrant, because keys announce themselves while the deletion of the site revokes them.</remarks>
[Reentrant]
sealed class ApiKeyDirectoryGrain : Grain, IApiKeyDirectoryGrain
{
    public const int KeysMax = 50;

    readonly IPersistentState<ApiKeyDirectoryState> stored;
    readonly StateWriter writer;
    bool deleting;

    public ApiKeyDirectoryGrain([PersistentState("keys")] IPersistentState<ApiKeyDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Site => this.GetPrimaryKeyString();

    List<ApiKeyInfo> Keys => stored.State.Keys;

    public Task<IReadOnlyList<ApiKeyInfo>> List() => Task.FromResult<IReadOnlyList<ApiKeyInfo>>([.. Keys.OrderBy(key => key.CreatedAt)]);

    public async Task Set(ApiKeyInfo info)
    {
        int index = Keys.FindIndex(key => key.Id == info.Id);
        if (index >= 0)
        {
            if (Keys[index] == info)
            {
                await writer.Pending;
                return;
            }

            Keys[index] = info;
            await writer.WriteAsync();
            return;
        }

        // A revoked key that the list has dropped is told again at its next activation; it stays dropped.
        if (info.RevokedAt is not null)
            return;
        await GrainFactory.GetGrain<ISiteGrain>(Site).Get();
        if (deleting)
            throw new NotFoundException($"There is no site '{Site}': it is being deleted.");
        if (Keys.Any(key => key.Id == info.Id))
            return;
        while (Keys.Count >= KeysMax)
        {
            int oldest = Keys.FindIndex(key => key.RevokedAt is not null);
            if (oldest < 0)
                throw new LimitReachedException($"Site '{Site}' has {Keys.Count} keys, the most it may have. Revoke one that is not used.");
            Keys.RemoveAt(oldest);
        }

        Keys.Add(info);
        await writer.WriteAsync();
    }

    public async Task SiteDeleted()
    {
        deleting = true;
        try
        {
            await Task.WhenAll(Keys.Where(key => key.RevokedAt is null).ToArray().Select(key => GrainFactory.GetGrain<IApiKeyGrain>(key.Id).Revoke()));
            Keys.Clear();
            await writer.ClearAsync();
        }
        finally
        {
            deleting = false;
        }
    }
}
