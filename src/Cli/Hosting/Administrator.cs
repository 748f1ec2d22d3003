using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Users;

namespace Orrery.Cli.Hosting;

/// <summary>The first user of an installation.</summary>
static class Administrator
{
    const string Name = "admin";

    /// <summary>Makes the first administrator where there are no users yet. Several processes may do so at once.</summary>
    /// <param name="grains">Where users are.</param>
    /// <param name="chosenPassword">The password to give it; null makes one up.</param>
    /// <param name="overwrite">Sets the password also when the administrator exists.</param>
    /// <returns>The password when the administrator was created, else null.</returns>
    public static async Task<string?> EnsureAsync(IGrainFactory grains, string? chosenPassword, bool overwrite = false)
    {
        IUserGrain administrator = grains.GetGrain<IUserGrain>(Name);
        Page<UserInfo> users = await grains.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet).List(new PageRequest(1), tenant: null);
        string password = chosenPassword ?? Passwords.Create();
        if (users.Items.Count > 0)
        {
            if (overwrite)
                await administrator.SetPassword(password);
            return null;
        }

        try
        {
            await administrator.Create(new UserDraft("Administrator", Role.Administrator, null), password);
            return password;
        }
        catch (ConflictException)
        {
            return null; // The directory was behind, or another process was quicker: the user exists.
        }
    }
}
