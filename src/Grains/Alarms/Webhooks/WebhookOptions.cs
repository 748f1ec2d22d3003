namespace Orrery.Grains.Alarms.Webhooks;

public sealed class WebhookOptions
{
    /// <summary>Whether webhooks may go to loopback, private and other internal addresses. Default false; installations behind their own firewall may turn it on.</summary>
    public bool AllowInternalAddresses { get; set; }

    /// <summary>How long one request may take. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after the first failure; it doubles with each further one. Default 5 s.</summary>
    public TimeSpan RetryPauseFirst { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause. Default 5 minutes.</summary>
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A delivery this old is given up. Default one hour.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Deliveries of a tenant that may wait; beyond it the oldest is dropped and counted as failed. Default 1,000.</summary>
    public int OutboxMax { get; set; } = 1_000;
}
