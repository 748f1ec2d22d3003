using Orrery.Client.Tests;

// `send URL BUFFER FIRST`: a sender to be killed. Anything else: the tests.
return args is ["send", var url, var buffer, var first] ? await SendingProcess.Run(new Uri(url), buffer, long.Parse(first))
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
