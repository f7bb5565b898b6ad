//! Row-level security, roles, and cancelled transactions.

mod cancelled;
mod roles;
mod walls;

use std::time::Duration;

use model::policy::SetUpApp;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use store::{StoreError, StoreOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use tests::{Database, On};

use crate::support::{Bench, acting_in, connect, connect_with, permit_for, person, raw};

fn sql(text: impl Into<String>) -> Statement {
    Statement::from_string(DbBackend::Postgres, text.into())
}
