using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Users;
using Orrery.Runtime;
using Orrery.Silo;
using Orrery.WebApi;

namespace Orrery.Cli.Hosting;

/// <summary>One process with everything embedded: silo, API and portal.</summary>
sealed class OrreryServer : IAsyncDisposable
{
    const string AdministratorName = "admin";

    readonly WebApplication application;

    OrreryServer(WebApplication application, bool hasPortal)
    {
        this.application = application;
        HasPortal = hasPortal;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal));
    }

    /// <summary>Where it listens: the first address, as this machine reaches it.</summary>
    public Uri Address { get; }

    /// <summary>Whether the portal's built files stand beside the program.</summary>
    public bool HasPortal { get; }

    public IServiceProvider Services => application.Services;

    public IGrainFactory Grains => application.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Starts it, or says in one sentence on standard error why it cannot and returns null.</summary>
    public static async Task<OrreryServer?> TryStartAsync(string urls, DirectoryInfo data, CancellationToken cancellationToken)
    {
        try
        {
            data.Create();
            string portal = Path.Combine(AppContext.BaseDirectory, "portal");
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
            builder.WebHost.UseSetting("urls", urls);
            builder.AddOrrerySilo(data.FullName);
            builder.AddOrreryApi(options =>
            {
                options.PortalDirectory = Directory.Exists(portal) ? portal : null;
                options.DataDirectory = data.FullName;
            });
            builder.Services.Configure<OrreryApiOptions>(builder.Configuration.GetSection("Orrery:Api"));
            WebApplication application = builder.Build();
            application.MapOrreryApi();
            await application.StartAsync(cancellationToken);
            return new OrreryServer(application, Directory.Exists(portal));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"orrery: cannot start at {urls} on {data.FullName}: {Reason(problem)}");
            return null;
        }
    }

    /// <summary>Makes the first administrator where there are no users yet.</summary>
    /// <param name="chosenPassword">The password to give it; null makes one up.</param>
    /// <param name="overwrite">Sets the password also when the administrator exists.</param>
    /// <returns>The password when the administrator was created, else null.</returns>
    public async Task<string?> EnsureAdministratorAsync(string? chosenPassword, bool overwrite = false)
    {
        IUserGrain administrator = Grains.GetGrain<IUserGrain>(AdministratorName);
        Page<UserInfo> users = await Grains.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet).List(new PageRequest(1), tenant: null);
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
            return null; // The directory was behind: the user exists.
        }
    }

    /// <summary>Waits for Ctrl-C or SIGTERM, then ends: requests first, then grains with their state stored.</summary>
    public async Task<int> RunUntilStoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await application.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The command line was cancelled by Ctrl-C: the same as a stop.
        }

        Console.WriteLine("Stopped; everything acknowledged is stored.");
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync(CancellationToken.None);
        await application.DisposeAsync();
    }

    static string Reason(Exception problem)
    {
        Exception root = problem.GetBaseException();
        return root is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse }
            ? "something else listens there already. Choose another --urls, or end it."
            : root.Message;
    }
}
