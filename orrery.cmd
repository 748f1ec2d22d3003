@echo off
rem The entry point on Windows: the same commands as ./orrery. Not verified on a live Windows machine.
setlocal
set ROOT=%~dp0
set OUT=%ROOT%artifacts\orrery
set DOTNET_CLI_TELEMETRY_OPTOUT=1
if "%1"=="" goto usage
if "%1"=="test" (
  dotnet test "%ROOT%Cluster.sln" -c Release
  exit /b %ERRORLEVEL%
)
if "%1"=="bench" (
  dotnet run --project "%ROOT%bench" -c Release -- %2 %3 %4
  exit /b %ERRORLEVEL%
)
dotnet publish "%ROOT%src\Cli" -c Release -o "%OUT%" -v quiet || exit /b 1
if not "%1"=="agent" (
  call npm --prefix "%ROOT%src\Portal" ci --no-audit --no-fund || exit /b 1
  call npm --prefix "%ROOT%src\Portal" run build || exit /b 1
  xcopy /e /i /y /q "%ROOT%src\Portal\dist" "%OUT%\portal" >nul
)
if "%1"=="build" exit /b 0
dotnet "%OUT%\orrery.dll" %*
exit /b %ERRORLEVEL%
:usage
echo Usage: orrery demo ^| up ^| silo ^| web ^| cluster ^| sql ^| copy ^| agent --server URL --key KEY ^| test ^| bench NAME ^| build
exit /b 2
